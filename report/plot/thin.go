package plot

// mostPoints bounds the points of a line that are drawn, which is more than a
// page's width can show.
const mostPoints = 1200

// thin returns the series with at most about mostPoints points: of each stretch
// of equally many it keeps the least and the greatest, so that every spike is
// seen, and the first that is not finite, so that every gap is.
func thin(s Series) Series {
	if len(s.X) <= mostPoints {
		return s
	}
	stretch := (3*len(s.X) + mostPoints - 1) / mostPoints
	few := Series{Name: s.Name, Faint: s.Faint}
	for from := 0; from < len(s.X); from += stretch {
		least, greatest, broken := -1, -1, -1
		for i := from; i < min(from+stretch, len(s.X)); i++ {
			switch y := s.Y[i]; {
			case !finite(y):
				if broken < 0 {
					broken = i
				}
			case least < 0:
				least, greatest = i, i
			case y < s.Y[least]:
				least = i
			case y > s.Y[greatest]:
				greatest = i
			}
		}
		for i := from; i < min(from+stretch, len(s.X)); i++ {
			if i == least || i == greatest || i == broken {
				few.X, few.Y = append(few.X, s.X[i]), append(few.Y, s.Y[i])
				if s.Spread != nil {
					few.Spread = append(few.Spread, s.Spread[i])
				}
			}
		}
	}
	return few
}
