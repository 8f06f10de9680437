package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameSignal is the time after a signal within which further ones count as the
// same. A terminal sends Ctrl-C to every process of a group, and schedulers often
// signal a process and its group.
const sameSignal = time.Second

// interruptible returns a context that the first signal to stop ends. A signal
// that comes more than sameSignal later ends the process. The end of the terminal
// is such a signal, unless nohup has it ignored.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go handleSignals(signals, time.Now, cancel, func() { os.Exit(exitInterrupted) })
	return ctx, func() { signal.Stop(signals); cancel() }
}

// handleSignals calls stop at the first signal, and exit at the first one that
// comes more than sameSignal after it. It returns after exit, or when signals is
// closed.
func handleSignals(signals <-chan os.Signal, now func() time.Time, stop, exit func()) {
	if _, ok := <-signals; !ok {
		return
	}
	first := now()
	stop()
	for range signals {
		if now().Sub(first) > sameSignal {
			exit()
			return
		}
	}
}
