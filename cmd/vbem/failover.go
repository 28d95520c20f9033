package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
)

// failoverFlags are the flags of one run of failover.
type failoverFlags struct {
	conn connFlags

	latest, consistent    bool
	to, interval, point   string
	vm, dryRun, yes, wait bool
}

const failoverLong = `Fails a vApp (with --vm: a VM that has a replica of its own) over to its CDP replica.

Say to which state, by exactly one of:
  --latest              the newest state there is, crash-consistent
  --latest-consistent   the newest long-term restore point that is application-consistent
  --to TIME             the newest state before a moment
  --interval TIME       the newest restore point of the interval that a moment lies in
  --restore-point ID    a restore point that vbem intervals lists

A TIME needs a zone: 2026-03-01T14:30:00Z is UTC, 2026-03-01T15:30:00+01:00 an hour ahead of it.

A name that several vApps bear is refused, with the candidates; then give the id. What will happen
is shown, and has to be confirmed; --yes confirms in advance. The request is sent once and never
repeated: when it is not known what became of it, vbem says so and looks for evidence.

With --wait the command ends when the restore session has ended and not when the server's task
has, because a finished task is not a running vApp. Ctrl-C while waiting leaves the failover running
and prints the command that goes on with waiting.`

func (a *app) failoverCommand() *cobra.Command {
	var f failoverFlags
	cmd := &cobra.Command{
		Use: "failover NAME|ID", Short: "Fail a vApp or VM over to its replica", Long: failoverLong, Args: oneArg("name or id"),
		Example: `  vbem failover vapp02 --latest --dry-run
  vbem failover vapp02 --latest --wait
  vbem failover vapp02 --to 2026-03-01T14:30:00Z --wait --yes
  vbem failover db01 --vm --latest-consistent`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.failover(cmd.Context(), args[0], &f) },
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.latest, "latest", false, "to the newest state, crash-consistent")
	fs.BoolVar(&f.consistent, "latest-consistent", false, "to the newest application-consistent restore point")
	fs.StringVar(&f.to, "to", "", "to the newest state before `TIME`")
	fs.StringVar(&f.interval, "interval", "", "to the newest restore point in the interval that `TIME` lies in")
	fs.StringVar(&f.point, "restore-point", "", "to the restore point with this `ID`")
	fs.BoolVar(&f.vm, "vm", false, "the name is that of a VM with a replica of its own")
	fs.BoolVar(&f.dryRun, "dry-run", false, "print the request and do not send it; names are looked up all the same")
	fs.BoolVarP(&f.yes, "yes", "y", false, "do not ask for confirmation")
	fs.BoolVarP(&f.wait, "wait", "w", false, "wait for the end of the restore session")
	f.conn.add(cmd)
	return cmd
}

// moment is the state that was asked for.
type moment struct {
	Select string     `json:"select" xml:"select,attr"` // latest, latestConsistent, moment, interval or restorePoint
	Time   string     `json:"time,omitempty" xml:"time,omitempty"`
	Point  *pointView `json:"restorePoint,omitempty" xml:"restorePoint,omitempty"`

	words string // for a person
	at    time.Time
	spec  *ent.CdpFailoverStartSpec
}

// choose reads the flags that name the state. That of a restore point is not known before the server was asked.
func (f *failoverFlags) choose(a *app) (moment, error) {
	var given []string
	for _, g := range []struct {
		name string
		set  bool
	}{
		{"--latest", f.latest}, {"--latest-consistent", f.consistent}, {"--to", f.to != ""}, {"--interval", f.interval != ""}, {"--restore-point", f.point != ""},
	} {
		if g.set {
			given = append(given, g.name)
		}
	}
	const choices = "--latest, --latest-consistent, --to TIME, --interval TIME, --restore-point ID"
	switch {
	case len(given) == 0:
		return moment{}, fail(exitUsage, errors.New("to which state? Exactly one of these is needed"), choices)
	case len(given) > 1:
		return moment{}, fail(exitUsage, fmt.Errorf("%s exclude each other: exactly one of these is needed", strings.Join(given, " and ")), choices)
	case f.latest:
		return moment{Select: "latest", words: "the newest state, crash-consistent", spec: client.ToLatest()}, nil
	case f.consistent:
		return moment{Select: "latestConsistent", words: "the newest application-consistent restore point", spec: client.ToLatestConsistent()}, nil
	case f.to != "":
		t, err := parseTime("--to", f.to, a.local)
		if err != nil {
			return moment{}, err
		}
		return moment{Select: "moment", Time: stamp(t), words: "the newest state before " + a.both(t), at: t, spec: client.ToMoment(t)}, nil
	case f.interval != "":
		t, err := parseTime("--interval", f.interval, a.local)
		if err != nil {
			return moment{}, err
		}
		return moment{
			Select: "interval", Time: stamp(t), words: "the newest restore point of the interval around " + a.both(t), at: t, spec: client.InInterval(t),
		}, nil
	}
	return moment{Select: "restorePoint"}, nil
}

// pointsBack is how far back restore points are looked for; keepAhead allows for a server whose clock is ahead.
const (
	pointsBack = 400 * 24 * time.Hour
	keepAhead  = 24 * time.Hour
)

// atPoint finds the restore point with an id.
func (a *app) atPoint(ctx context.Context, c *client.Client, r replica, id string) (moment, error) {
	have, err := askIntervals(ctx, c, r, a.now().Add(-pointsBack), a.now().Add(keepAhead))
	if err != nil {
		return moment{}, err
	}
	points, err := client.RestorePoints(have)
	if err != nil {
		return moment{}, err
	}
	for _, p := range points {
		if strings.EqualFold(p.ID, lastPart("", strings.TrimSpace(id))) {
			v := a.pointView(p)
			return moment{
				Select: "restorePoint", Point: &v, words: fmt.Sprintf("the restore point of %s, %s", a.both(p.Date), v.kind()), spec: client.ToRestorePoint(p),
			}, nil
		}
	}
	hints := []string{fmt.Sprintf("It has %d restore points. The newest are:", len(points))}
	for _, p := range points[max(0, len(points)-5):] {
		hints = append(hints, fmt.Sprintf("  %s  %s  %s", p.ID, a.both(p.Date), a.pointView(p).kind()))
	}
	return moment{}, fail(exitRefused, fmt.Errorf("%s has no restore point %q", r, id), hints...)
}

func (a *app) failover(ctx context.Context, want string, f *failoverFlags) error {
	m, err := f.choose(a)
	if err != nil {
		return err
	}
	if !f.dryRun {
		if err := a.canConfirm(f.yes); err != nil {
			return err
		}
	}
	k, err := a.connect(ctx, &f.conn)
	if err != nil {
		return err
	}
	return k.done(a.failoverIn(ctx, k, want, m, f))
}

func (a *app) failoverIn(ctx context.Context, k *connection, want string, m moment, f *failoverFlags) error {
	r, err := findReplica(ctx, k.Client, kindOf(f.vm), want)
	if err != nil {
		return err
	}
	if m.spec == nil {
		if m, err = a.atPoint(ctx, k.Client, r, f.point); err != nil {
			return err
		}
	}
	if f.dryRun {
		v, err := viewRequest(k.Client, r.failoverCall(m.spec), f.conn.apiFormat)
		if err != nil {
			return err
		}
		a.status.note("Dry run of a failover of %s to %s: nothing is sent.", visible(r.String()), m.words)
		return a.print(v)
	}
	a.announce(k, r, m)
	if err := a.confirm(ctx, "Start this failover?", f.yes); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fail(exitInterrupted, errors.New("interrupted: nothing was started"))
	}
	task, err := r.failover(ctx, k.Client, m.spec)
	if errors.Is(err, client.ErrOutcomeUnknown) {
		task, err = a.reconcile(ctx, k, err)
	}
	if err != nil {
		return err
	}
	// The session is kept before anything else, so that the task can be asked for whatever happens to this process.
	if e := k.keep(); e != nil {
		a.status.note("vbem: the logon session could not be kept: %v", e)
	}
	if task.Value == nil {
		return fail(exitUnknown, fmt.Errorf("the server accepted the failover (status %d) but named no task: it cannot be followed", task.Status),
			"Look at the restore sessions in Enterprise Manager before you start another.")
	}
	return a.finish(ctx, k, failoverView{Of: r, To: m, Server: k.URL()}, task, f)
}

// announce shows what is about to happen.
func (a *app) announce(k *connection, r replica, m moment) {
	w := &textWriter{w: &a.status}
	w.fields([2]string{"Failover of", r.String()}, [2]string{"to", m.words}, [2]string{"policy", r.Policy},
		[2]string{"backup server", r.BackupServer}, [2]string{"by", k.URL() + " as " + k.User()})
	if m.at.After(a.now()) {
		w.line("Note: by this machine's clock that moment is still to come. The newest state would be taken.")
	}
}

// reconcile finds out what became of a failover whose outcome is unknown. It only asks.
func (a *app) reconcile(ctx context.Context, k *connection, unknown error) (*emapi.StartedTask, error) {
	a.status.note("vbem: it is not known whether the failover was started. Looking for evidence …")
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	v, err := k.Reconcile(ctx, unknown)
	hints := v.Evidence
	if err != nil {
		hints = append(hints, "Asking failed: "+err.Error())
	}
	switch {
	case v.Outcome == client.Started && v.Task != nil:
		a.status.note("vbem: it was started. %s", strings.Join(v.Evidence, " "))
		return v.Task, nil
	case v.Outcome == client.NotStarted:
		return nil, fail(exitRefused, unknown, append(hints, "It was not started.")...)
	case v.Outcome == client.Started:
		hints = append(hints, "It was started.")
	}
	for _, s := range v.Sessions {
		r := viewRestore(s)
		hints = append(hints, visible(fmt.Sprintf("  %s  %s  %s %s  %s", r.Started, r.Name, r.State, r.Result, r.ID)))
	}
	return nil, fail(exitUnknown, unknown, append(hints,
		"Do not start another before you have looked: at the restore sessions in Enterprise Manager, at the vApp itself, and with",
		"  "+command(append([]string{"vbem", "task", "list"}, k.flags.again()...)...))...)
}

// failoverView shows a failover that was started.
type failoverView struct {
	XMLName xml.Name     `json:"-" xml:"failover"`
	Server  string       `json:"server" xml:"server"`
	Of      replica      `json:"of" xml:"of"`
	To      moment       `json:"to" xml:"to"`
	Task    taskView     `json:"task" xml:"task"`
	Restore *restoreView `json:"restore,omitempty" xml:"restore,omitempty"`
	Result  string       `json:"result,omitempty" xml:"result,omitempty"` // of the restore session: Success, Warning or Failed

	resume string
}

func (v failoverView) text(w *textWriter) {
	rows := append([][2]string{{"Failover of", v.Of.String()}, {"To", v.To.words}}, endRows(v.Task, v.Restore, v.Result)...)
	w.fields(append(rows, [2]string{"Follow it", v.resume})...)
}

// finish waits if that was asked for, and prints the result.
func (a *app) finish(ctx context.Context, k *connection, v failoverView, task *emapi.StartedTask, f *failoverFlags) error {
	if !f.wait {
		v.Task, v.resume = viewTask(task), a.resumeCommand(task, &f.conn)
		err := a.print(v)
		if ok := v.Task.Success; ok != nil && !*ok {
			err = errors.Join(err, fail(exitFailed, fmt.Errorf("%s failed: %s", v.Task.ID, v.Task.Message)))
		}
		return err
	}
	got, err := a.follow(ctx, k.Client, task, v.Of.Name)
	err = a.verdict(ctx, got, err, &f.conn)
	v.Task = viewTask(got.task)
	if got.result != nil {
		v.Restore, v.Result = viewRestore(got.result.Session), got.result.Result
	}
	return errors.Join(a.print(v), err)
}
