package reproduce

import (
	"math"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/random"
)

const kMeansRounds = 50 // at most

// kMeans returns the means of k clusters of the examples (Lloyd 1982). They begin at k
// examples. Each but the first is drawn with a probability proportional to its
// squared distance from the nearest before it (Arthur and Vassilvitskii 2007).
func kMeans(s *measure.Set, k int, seed uint64) [][]float32 {
	stream := random.New(seed, "k-means")
	means := [][]float32{s.At(stream.Intn(s.Len()))}
	nearest := make([]float64, s.Len())
	for len(means) < k {
		sum := 0.
		for i := range nearest {
			d := squaredDistance(s.At(i), means[len(means)-1])
			if len(means) == 1 || d < nearest[i] {
				nearest[i] = d
			}
			sum += nearest[i]
		}
		chosen, left := 0, stream.Float64()*sum
		for i, d := range nearest {
			if left -= d; left <= 0 {
				chosen = i
				break
			}
		}
		means = append(means, s.At(chosen))
	}
	clusters := nearestMeans(s, means)
	for range kMeansRounds {
		means = meansOf(s, clusters, means)
		again, same := nearestMeans(s, means), true
		for i, c := range again {
			same = same && c == clusters[i]
		}
		if clusters = again; same {
			break
		}
	}
	return means
}

// meansOf returns the mean of each cluster. An empty cluster keeps its old mean.
func meansOf(s *measure.Set, clusters []int, old [][]float32) [][]float32 {
	sums, counts := make([][]float64, len(old)), make([]float64, len(old))
	for c := range sums {
		sums[c] = make([]float64, s.Size())
	}
	for i, c := range clusters {
		counts[c]++
		for p, v := range s.At(i) {
			sums[c][p] += float64(v)
		}
	}
	means := make([][]float32, len(old))
	for c := range means {
		if means[c] = old[c]; counts[c] > 0 {
			means[c] = make([]float32, s.Size())
			for p, v := range sums[c] {
				means[c][p] = float32(v / counts[c])
			}
		}
	}
	return means
}

// nearestMeans returns the index of the nearest mean of each example.
func nearestMeans(s *measure.Set, means [][]float32) []int {
	clusters := make([]int, s.Len())
	for i := range clusters {
		least := math.Inf(1)
		for c, mean := range means {
			if d := squaredDistance(s.At(i), mean); d < least {
				clusters[i], least = c, d
			}
		}
	}
	return clusters
}

func squaredDistance(a, b []float32) float64 {
	sum := float32(0)
	for i, v := range a {
		d := v - b[i]
		sum += d * d
	}
	return float64(sum)
}
