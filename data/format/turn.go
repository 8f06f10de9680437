package format

// oriented returns p rotated and mirrored by its Exif orientation (Exif 2.32, 4.6.4, tag
// 0x0112): 2 left and right exchanged; 3 rotated by 180 degrees; 4 top and bottom exchanged;
// 6 and 8 rotated by 90 degrees, clockwise and anticlockwise; 5 and 7 mirrored at a
// diagonal. For other values it returns p.
func oriented(p *Picture, orientation int) *Picture {
	if orientation < 2 || orientation > 8 {
		return p
	}
	q := *p
	if orientation >= 5 {
		q.Height, q.Width = p.Width, p.Height
	}
	right, bottom := p.Width-1, p.Height-1
	q.Planes = make([]byte, 0, len(p.Planes))
	for c := range p.Channels {
		plane := p.plane(c)
		for y := range q.Height {
			for x := range q.Width {
				fromX, fromY := x, y
				if orientation >= 5 {
					fromX, fromY = y, x
				}
				if orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8 {
					fromX = right - fromX
				}
				if orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7 {
					fromY = bottom - fromY
				}
				q.Planes = append(q.Planes, plane[fromY*p.Width+fromX])
			}
		}
	}
	return &q
}
