package playground

import (
	"fmt"
	"strconv"
	"testing"
)

// drawing counts frames and the milliseconds in the functions that draw them.
const drawing = `(() => {
	const time = window.time = {frames: 0, page: 0, plane: 0, charts: 0, flow: 0};
	const measure = (object, method, name) => {
		const inner = object[method];
		object[method] = function (...args) {
			const begun = performance.now();
			try { return inner.apply(this, args); } finally { time[name] += performance.now() - begun; }
		};
	};
	measure(playground, "draw", "page");
	measure(playground.plane, "draw", "plane");
	measure(playground, "drawCharts", "charts");
	measure(playground.flow, "draw", "flow");
	const count = () => { time.frames++; requestAnimationFrame(count); };
	requestAnimationFrame(count);
})()`

// BenchmarkPage plays for ten seconds with the settings of the beginning. It reports frames
// that the browser draws, frames of the session and rounds a second, and for each frame of the session
// the time of drawing, of its parts, and of all that the main thread of the page computes.
func BenchmarkPage(b *testing.B) {
	const seconds = 10
	p := openPage(b, "")
	p.JS(drawing)
	p.MainThread()
	for b.Loop() {
		begun := p.MainThread()
		p.JS(fmt.Sprintf(`(async () => {
			for (const name in time) time[name] = 0;
			window.drawn = playground.drawn;
			window.rounds = playground.frame?.rounds ?? 0;
			playground.play();
			await new Promise((done) => setTimeout(done, %d));
			playground.pause();
			window.drawn = playground.drawn - drawn;
			window.rounds = playground.frame.rounds - rounds;
		})()`, 1000*seconds))
		busy := p.MainThread() - begun
		number := func(expression string) float64 {
			v, err := strconv.ParseFloat(p.JS(expression), 64)
			if err != nil {
				b.Fatal(err)
			}
			return v
		}
		drawn := number("drawn")
		b.ReportMetric(number("time.frames")/seconds, "screens/s")
		b.ReportMetric(drawn/seconds, "frames/s")
		b.ReportMetric(number("rounds")/seconds, "rounds/s")
		b.ReportMetric(1000*busy.Seconds()/drawn, "main-ms/frame")
		for _, part := range []string{"page", "plane", "charts", "flow"} {
			b.ReportMetric(number("time."+part)/drawn, part+"-ms/frame")
		}
	}
}
