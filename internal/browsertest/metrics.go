package browsertest

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// MainThread returns the processor time of the main thread of the page since the first call,
// which returns 0: scripts, layout and painting. Waiting is not part of it, so other programs
// change it little.
func (p *Tab) MainThread() time.Duration {
	p.Helper()
	if !p.metrics {
		if _, err := chromedp.Call(p.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
			p.Fatal(err)
		}
	}
	result, err := chromedp.Call(p.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		p.Fatal(err)
	}
	for _, m := range result.Metrics {
		if m.Name == "TaskDuration" {
			now := time.Duration(m.Value * float64(time.Second))
			if !p.metrics {
				p.metrics, p.begun = true, now
			}
			return now - p.begun
		}
	}
	p.Fatal("the browser does not report TaskDuration")
	return 0
}
