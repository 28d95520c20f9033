package simulator

import "time"

// Timing says how long the parts of a failover take on the simulator's clock, and those of restores, runs of jobs and failover plans.
type Timing struct {
	Running    time.Duration // task: Running, then OperationFinished
	Collecting time.Duration // task: OperationFinished, then Finished. The restore session is listed from here on
	Starting   time.Duration // restore session: Starting, then Working; counted from the request on
	Working    time.Duration // restore session: Working, then Stopping
	Stopping   time.Duration // restore session: Stopping, then Stopped
}

// DefaultTiming makes each of them last two seconds: long enough to be watched, short enough to wait for.
func DefaultTiming() Timing {
	return Timing{
		Running: 300 * time.Millisecond, Collecting: 200 * time.Millisecond,
		Starting: 200 * time.Millisecond, Working: 1600 * time.Millisecond, Stopping: 200 * time.Millisecond,
	}
}

func (t Timing) normal() Timing {
	for _, d := range []*time.Duration{&t.Running, &t.Collecting, &t.Starting, &t.Working, &t.Stopping} {
		*d = max(*d, 0)
	}
	return t
}

// task is an asynchronous operation of one logon session. It never changes: its state follows from the time.
type task struct {
	number                    int
	id                        string
	operation                 string
	created                   time.Time
	running, collecting       time.Duration
	success                   bool
	credentials, confirmation bool
	message                   string
	restore                   *restore                 // nil for tasks that restore nothing
	related                   bool                     // the finished task links to the restore session
	stop                      func(now time.Time) bool // stops the work of a task that restores nothing, and says whether there was any; nil: there is none
	result                    *record                  // what the finished task links to, if it is no failover
}

const (
	taskRunning           = "Running"
	taskOperationFinished = "OperationFinished"
	taskFinished          = "Finished"
)

func (t *task) state(now time.Time) string {
	switch {
	case now.Before(t.created.Add(t.running)):
		return taskRunning
	case now.Before(t.finished()):
		return taskOperationFinished
	}
	return taskFinished
}

// finished is when the task is Finished, and what it makes, changes or deletes shows.
func (t *task) finished() time.Time { return t.created.Add(t.running + t.collecting) }

// restore is the restore session of a failover. It outlives the logon session and the task that started it.
type restore struct {
	*work
	record   *record
	id, name string
	target   *target
	user     string
	session  string // id of the logon session
	task     string
	listed   time.Time // when Enterprise Manager has collected it
	selected Selection
	phantom  bool // only keeps the target busy: nothing is restored, and no list shows it
}
