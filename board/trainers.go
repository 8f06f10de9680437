package board

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// trainers are the processes that the board has started. Training is a process of its
// own: if it fails or needs all memory, the page goes on.
type trainers struct {
	command []string // see [Options.Train]
	dir     string

	mu     sync.Mutex
	jobs   []*job // the newest last
	closed bool
}

// A job is a process that trains.
type job struct {
	Number  int      `json:"number"`
	Args    []string `json:"args"` // of the command, without the program
	PID     int      `json:"pid"`
	Begun   int64    `json:"begun"` // milliseconds since 1970
	Running bool     `json:"running"`
	Failed  string   `json:"failed,omitempty"` // how the process ended, if not normally
	Output  string   `json:"output"`           // the end of its messages

	process *os.Process
	output  *lastBytes
	ended   chan struct{}
}

// Limits of trainings.
const (
	maxRunning = 4 // at a time
	maxJobs    = 32
	maxOutput  = 32 << 10 // bytes
	stopWait   = time.Minute
)

// errNoTraining is the error of a board that only watches.
var errNoTraining = hint.Add(errors.New("this board only watches"), "start it with --allow-training")

func newTrainers(command []string, dir string) *trainers {
	return &trainers{command: command, dir: dir}
}

// allowed reports whether the page may start and stop training.
func (t *trainers) allowed() bool { return len(t.command) > 0 }

// A request to train a new run.
type trainRequest struct {
	Recipe   string            `json:"recipe"`
	Settings map[string]string `json:"settings"` // by key, as in gander train --set
	Threads  int               `json:"threads"`  // 0: one for each processor
}

// arguments checks the request and returns the arguments of the command.
func (t *trainers) arguments(r trainRequest) ([]string, error) {
	found, err := recipe.Find(r.Recipe)
	if err != nil {
		return nil, err
	}
	config := run.NewConfig(found)
	args := []string{found.Name, "--out=" + t.dir}
	if args, err = addThreads(args, r.Threads); err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, in := range config.Inputs() {
		known[in.Key] = in.Text
	}
	for _, in := range config.Inputs() {
		value, given := r.Settings[in.Key]
		if !given || value == known[in.Key] {
			continue
		}
		if err := config.Set(in.Key + "=" + value); err != nil {
			return nil, err
		}
		args = append(args, "--set="+in.Key+"="+value)
	}
	for key := range r.Settings {
		if _, ok := known[key]; !ok {
			return nil, fmt.Errorf("recipe %s has no setting %q", found.Name, key)
		}
	}
	return args, nil
}

// maxThreads is the largest number of threads of a training.
const maxThreads = 1024

func addThreads(args []string, threads int) ([]string, error) {
	if threads < 0 || threads > maxThreads {
		return nil, fmt.Errorf("%d threads, want 1 to %d, or 0 for one for each processor", threads, maxThreads)
	}
	if threads > 0 {
		args = append(args, fmt.Sprintf("--threads=%d", threads))
	}
	return args, nil
}

// start starts a process.
func (t *trainers) start(args []string) (*job, error) {
	if !t.allowed() {
		return nil, errNoTraining
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	running := 0
	for _, j := range t.jobs {
		if j.Running {
			running++
		}
	}
	switch {
	case t.closed:
		return nil, errors.New("the board is ending")
	case running >= maxRunning:
		return nil, hint.Add(fmt.Errorf("%d trainings run already", running), "wait for one, or stop it")
	}
	j := &job{Args: args, Begun: time.Now().UnixMilli(), Running: true, output: &lastBytes{limit: maxOutput}, ended: make(chan struct{})}
	command := exec.Command(t.command[0], slices.Concat(t.command[1:], args)...)
	command.Stdout, command.Stderr = j.output, j.output
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting training: %w", err)
	}
	j.process, j.PID = command.Process, command.Process.Pid
	if len(t.jobs) > 0 {
		j.Number = t.jobs[len(t.jobs)-1].Number + 1
	}
	t.jobs = append(t.jobs, j)
	t.forgetOld()
	go func() {
		err := command.Wait()
		t.mu.Lock()
		defer t.mu.Unlock()
		j.Running = false
		if err != nil {
			j.Failed = err.Error()
		}
		close(j.ended)
	}()
	return j.copy(), nil
}

// forgetOld drops the oldest jobs that have ended, if there are many.
func (t *trainers) forgetOld() {
	for i := 0; len(t.jobs) > maxJobs && i < len(t.jobs); {
		if t.jobs[i].Running {
			i++
		} else {
			t.jobs = slices.Delete(t.jobs, i, i+1)
		}
	}
}

// copy returns the job for the page.
func (j *job) copy() *job {
	c := *j
	c.Output = j.output.String()
	return &c
}

// list returns the jobs, the newest first.
func (t *trainers) list() []*job {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := []*job{}
	for _, j := range slices.Backward(t.jobs) {
		all = append(all, j.copy())
	}
	return all
}

// owns reports whether the board has started a process.
func (t *trainers) owns(pid int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.jobs, func(j *job) bool { return j.Running && j.PID == pid })
}

// stop sends the process that trains a run the request to save and end.
func (t *trainers) stop(folder run.Folder) error {
	if !t.allowed() {
		return errNoTraining
	}
	h, held, err := folder.Holder()
	if err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("run %s is not training", folder.Name())
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	if h.PID <= 0 || h.Host != host {
		return hint.Add(fmt.Errorf("run %s is trained by process %d on %s", folder.Name(), h.PID, h.Host), "stop it there")
	}
	process, err := os.FindProcess(h.PID)
	if err == nil {
		err = process.Signal(os.Interrupt)
	}
	if err != nil {
		return hint.Add(fmt.Errorf("stopping process %d: %w", h.PID, err), "press Ctrl-C in its terminal")
	}
	return nil
}

// resumeArguments returns the arguments that resume a run. If kimg is not 0, it is the
// new length of the run; steps likewise.
func resumeArguments(folder run.Folder, kimg float64, steps int64, threads int) ([]string, error) {
	args := []string{"--resume=" + folder.Path()}
	switch {
	case kimg < 0 || steps < 0 || kimg > 0 && steps > 0 || !isFinite(kimg):
		return nil, errors.New("the length is a positive number, of kimg or of steps")
	case kimg > 0:
		args = append(args, fmt.Sprintf("--kimg=%v", kimg))
	case steps > 0:
		args = append(args, fmt.Sprintf("--steps=%d", steps))
	}
	return addThreads(args, threads)
}

// close sends all processes the request to save and end, and waits for them.
func (t *trainers) close() {
	t.mu.Lock()
	t.closed = true
	var running []*job
	for _, j := range t.jobs {
		if j.Running {
			running = append(running, j)
		}
	}
	t.mu.Unlock()
	for _, j := range running {
		if err := j.process.Signal(os.Interrupt); err != nil {
			j.process.Kill() // the system has no such signal; its last tick is saved
		}
	}
	late := time.After(stopWait)
	for _, j := range running {
		select {
		case <-j.ended:
		case <-late:
			j.process.Kill()
			<-j.ended
		}
	}
}

// A lastBytes is a writer that keeps the end of the text that is written.
type lastBytes struct {
	mu    sync.Mutex
	limit int
	text  []byte
}

func (l *lastBytes) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if extra := len(l.text) - l.limit; extra > 0 {
		l.text = append([]byte(nil), l.text[extra:]...)
	}
	return len(p), nil
}

func (l *lastBytes) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
