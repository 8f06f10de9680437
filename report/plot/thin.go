package plot

// mostPoints is about the largest number of points of a line that are drawn. A page is not
// wide enough to show more.
const mostPoints = 1200

// thin returns the series with at most about mostPoints points. It divides the points into
// groups of equal size. Of each group it keeps the smallest and the largest, so that every
// spike is visible, and the first that is not finite, so that every gap is visible.
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
				if s.StdErr != nil {
					few.StdErr = append(few.StdErr, s.StdErr[i])
				}
			}
		}
	}
	return few
}
