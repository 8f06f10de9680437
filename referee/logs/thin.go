package logs

import "github.com/gander-ml/gander/referee"

// Limits of the memory for rows.
const (
	firstKept = 1000 // rows at the beginning that are always kept
	lastKept  = 1000 // and at the end
	mostBody  = 8192 // rows between them
)

// A thinner keeps some rows of a long log: the first ones, the last ones, equidistant
// ones between, and the first row with a number that is not finite. Its memory does not
// grow with the log.
type thinner struct {
	head, body []referee.Row
	tail       []referee.Row // a ring
	total      int
	stride     int // of body
	bad        *referee.Row
	badAt      int
}

// add adds the next row.
func (t *thinner) add(r referee.Row) {
	at := t.total
	t.total++
	if t.bad == nil && hasNotFinite(r) {
		t.bad, t.badAt = &r, at
	}
	if at < firstKept {
		t.head = append(t.head, r)
		return
	}
	if len(t.tail) < lastKept {
		t.tail = append(t.tail, r)
		return
	}
	slot := (at - firstKept) % lastKept
	t.addBody(t.tail[slot], at-firstKept-lastKept)
	t.tail[slot] = r
}

// addBody adds a row that has left the tail. i is its number among these.
func (t *thinner) addBody(r referee.Row, i int) {
	t.stride = max(t.stride, 1)
	if i%t.stride != 0 {
		return
	}
	if len(t.body) == mostBody {
		for k := range mostBody / 2 {
			t.body[k] = t.body[2*k]
		}
		t.body = t.body[:mostBody/2]
		t.stride *= 2
		if i%t.stride != 0 {
			return
		}
	}
	t.body = append(t.body, r)
}

// rows returns the rows that are kept, in order.
func (t *thinner) rows() []referee.Row {
	rows := append(t.head, t.body...)
	if t.bad != nil && t.badAt >= firstKept && t.badAt < t.total-len(t.tail) {
		at := firstKept + (t.badAt-firstKept+max(t.stride, 1)-1)/max(t.stride, 1)
		at = min(at, len(rows))
		rows = append(rows[:at:at], append([]referee.Row{*t.bad}, rows[at:]...)...)
	}
	begin := 0
	if len(t.tail) == lastKept {
		begin = (t.total - firstKept) % lastKept
	}
	rows = append(rows, t.tail[begin:]...)
	return append(rows, t.tail[:begin]...)
}

func hasNotFinite(r referee.Row) bool {
	for _, v := range r.Values {
		if v-v != 0 { // NaN or infinite
			return true
		}
	}
	return false
}
