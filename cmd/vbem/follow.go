package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdtype"
)

// taskView shows a task.
type taskView struct {
	XMLName            xml.Name `json:"-" xml:"task"`
	ID                 string   `json:"id" xml:"id"`
	Operation          string   `json:"operation" xml:"operation"`
	State              string   `json:"state" xml:"state"`
	Success            *bool    `json:"success,omitempty" xml:"success,omitempty"` // absent while it runs
	Message            string   `json:"message,omitempty" xml:"message,omitempty"`
	CredentialsNeeded  bool     `json:"credentialsNeeded,omitempty" xml:"credentialsNeeded,omitempty"`
	ConfirmationNeeded bool     `json:"confirmationNeeded,omitempty" xml:"confirmationNeeded,omitempty"`
	Token              string   `json:"token,omitempty" xml:"token,omitempty"` // for vbem task wait, also in another session
}

func viewTask(t *emapi.StartedTask) taskView {
	task := ent.Val(t.Value)
	v := taskView{ID: task.TaskId, Operation: task.Operation, State: string(task.State)}
	if r := task.Result; r != nil {
		ok := r.Success
		v.Success, v.Message = &ok, ent.Val(r.Message)
		v.CredentialsNeeded, v.ConfirmationNeeded = ent.Val(r.CredentialsNeeded), ent.Val(r.ConfirmationNeeded)
	}
	if token, err := client.TaskToken(t); err == nil {
		v.Token = token
	}
	return v
}

// outcome is the result in a word, "" while the task runs.
func (v taskView) outcome() string {
	switch {
	case v.Success == nil:
		return ""
	case *v.Success:
		return "Success"
	case v.CredentialsNeeded:
		return "credentials needed"
	case v.ConfirmationNeeded:
		return "confirmation needed"
	}
	return "Failed"
}

// restoreView shows a restore session.
type restoreView struct {
	Name    string `json:"name" xml:"name"`
	ID      string `json:"id" xml:"id"`
	State   string `json:"state" xml:"state"`
	Result  string `json:"result" xml:"result"`
	Percent int    `json:"percent" xml:"percent"`
	Started string `json:"started,omitempty" xml:"started,omitempty"`
	Ended   string `json:"ended,omitempty" xml:"ended,omitempty"`
	Message string `json:"message,omitempty" xml:"message,omitempty"`
}

func viewRestore(s *ent.RestoreSession) *restoreView {
	if s == nil {
		return nil
	}
	return &restoreView{
		Name: ent.Val(s.Name), ID: lastPart(ent.Val(s.Href), ent.Val(s.UID)), State: string(s.State), Result: string(s.Result),
		Percent: int(ent.Val(s.Progress)), Started: stampOf(string(s.CreationTimeUTC)), Ended: stampOf(string(ent.Val(s.EndTimeUTC))),
		Message: ent.Val(s.FailureMessage),
	}
}

// endRows show a task, the restore session that it started, and its result.
func endRows(t taskView, r *restoreView, result string) [][2]string {
	state := t.State
	if o := t.outcome(); o != "" && o != "Success" {
		state += ", " + o
	}
	rows := [][2]string{{"Task", t.ID + " " + state}, {"Message", t.Message}}
	if r != nil {
		rows = append(rows, [2]string{"Restore session", r.Name + " " + r.State}, [2]string{"Message", r.Message})
	}
	return append(rows, [2]string{"Result", result})
}

// stampOf gives a server's date the form of the output. One that is empty or cannot be read is left out.
func stampOf(date string) string {
	t, err := xsdtype.DateTime(date).Time()
	if err != nil {
		return ""
	}
	return stamp(t)
}

// followed is how far something was followed.
type followed struct {
	task   *emapi.StartedTask // as last seen: its token leads to the restore session once that is known
	result *client.RestoreResult
}

// follow waits for a task and for the restore session that it started, and shows how far they are.
func (a *app) follow(ctx context.Context, c *client.Client, t *emapi.StartedTask, name string) (followed, error) {
	f := followed{task: t}
	live := a.isTerminal(a.stderr)
	began := a.now()
	res, err := c.WaitRestore(ctx, t, client.OnProgress(func(p client.Progress) {
		if p.Task != nil {
			f.task = &emapi.StartedTask{Value: p.Task, Session: t.Session, Status: t.Status}
		}
		name := shorten(name)
		text, percent := name+": task "+p.TaskState, 0
		if p.Session != nil {
			text, percent = fmt.Sprintf("%s: restore session %s", name, p.State), p.Percent
			if !live {
				text += " " + strconv.Itoa(p.Percent/10*10) + " %"
			}
		}
		if live {
			text += " " + a.now().Sub(began).Truncate(time.Second).String()
		}
		a.status.show(live, text, percent)
	}))
	a.status.clear()
	f.result = res
	if res != nil && res.Task != nil {
		f.task = &emapi.StartedTask{Value: res.Task, Session: t.Session, Status: t.Status}
	}
	return f, err
}

// shorten cuts a name that would make the status line longer than a terminal is wide.
func shorten(name string) string {
	const most = 30
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// verdict turns what following something ended with into the error that gives the exit code.
func (a *app) verdict(ctx context.Context, f followed, err error, c *connFlags) error {
	var (
		task    *client.TaskError
		restore *client.RestoreError
	)
	switch {
	case err == nil && f.result.Warning():
		message := ent.Val(f.result.Session.FailureMessage)
		if message == "" {
			message = "the server gave no reason; look at the restore session in Enterprise Manager"
		}
		return fail(exitWarning, fmt.Errorf("the restore session ended with a warning: %s", message))
	case err == nil && f.result.Session == nil && ent.Val(f.task.Value).Operation == operationFailover:
		return fail(exitWarning, errors.New("the task finished with success but names no restore session: what became of the restore is not known here"),
			"Look at the restore sessions in Enterprise Manager.")
	case err == nil:
		return nil
	case errors.Is(err, client.ErrCredentialsNeeded), errors.Is(err, client.ErrConfirmationNeeded):
		return fail(exitFailed, err, "This interface has no way to answer. Carry the operation out in the Veeam console, where the question is asked.")
	case errors.As(err, &task), errors.As(err, &restore):
		return fail(exitFailed, err)
	case ctx.Err() != nil:
		return fail(exitInterrupted, errors.New("interrupted; what was started goes on at the server"), "To follow it again:", "  "+a.resumeCommand(f.task, c))
	}
	return fail(exitUnknown, fmt.Errorf("it was started, and its end is not known: %w", err),
		"Look at the restore sessions in Enterprise Manager before you start anything else. To try to follow it again:", "  "+a.resumeCommand(f.task, c))
}

const operationFailover = "StartFailover"

// resumeCommand is the command that goes on with waiting.
func (a *app) resumeCommand(t *emapi.StartedTask, c *connFlags) string {
	token, err := client.TaskToken(t)
	if err != nil {
		token = ent.Val(t.Value).TaskId
	}
	return command(append([]string{"vbem", "task", "wait", token}, c.again()...)...)
}
