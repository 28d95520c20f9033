package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
)

func (a *app) taskCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "task", Short: "List, show, wait for or cancel what was started",
		Long: `Tasks are what Enterprise Manager does in the background for the logon session that started them. Their
ids (task-1, …) mean nothing outside of that session and start anew in the next one. The token
(vbem1.…) that vbem prints for a task holds the session's id, so that it can never mean another
task, and leads to the restore session also when the logon session is over.`,
	}, a.taskListCommand(), a.taskGetCommand(), a.taskWaitCommand(), a.taskCancelCommand())
}

// tasksView is a list of tasks.
type tasksView struct {
	XMLName xml.Name   `json:"-" xml:"tasks"`
	Tasks   []taskView `json:"tasks" xml:"task"`
}

func (v tasksView) text(w *textWriter) {
	if len(v.Tasks) == 0 {
		w.line("The logon session has no tasks.")
		return
	}
	rows := make([][]string, len(v.Tasks))
	for i, t := range v.Tasks {
		rows[i] = []string{t.ID, t.Operation, t.State, t.outcome(), t.Message}
	}
	w.table([]string{"ID", "OPERATION", "STATE", "RESULT", "MESSAGE"}, rows)
}

func (v taskView) text(w *textWriter) {
	w.fields([2]string{"Task", v.ID}, [2]string{"Operation", v.Operation}, [2]string{"State", v.State}, [2]string{"Result", v.outcome()},
		[2]string{"Message", v.Message}, [2]string{"Token", v.Token})
}

func (a *app) taskListCommand() *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "list", Short: "List the tasks of the kept logon session", Args: noArgs, Example: "  vbem task list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := a.resume(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			all, err := k.Tasks().List(cmd.Context(), client.InSession(k.kept))
			if err != nil {
				return k.done(err)
			}
			v := tasksView{Tasks: []taskView{}}
			list := ent.Val(all).Task
			for i := range list {
				v.Tasks = append(v.Tasks, viewTask(&emapi.StartedTask{Value: &list[i], Session: k.kept}))
			}
			return k.done(a.print(v))
		},
	}
	conn.add(cmd)
	return cmd
}

// parseTask reads a token; nil for what is a plain id.
func parseTask(arg string) (*emapi.StartedTask, error) {
	t, err := client.ParseTask(arg)
	if err != nil && strings.ContainsRune(arg, '.') {
		return nil, usagef("%q is neither a task's id nor its token: was it cut?", arg)
	}
	return t, nil
}

// task asks for a task of the kept session.
func (k *connection) task(ctx context.Context, arg string) (*emapi.StartedTask, error) {
	id, session := arg, k.kept
	t, err := parseTask(arg)
	if err != nil {
		return nil, err
	}
	if t != nil {
		id, session = t.Value.TaskId, t.Session
	}
	v, err := k.Tasks().ID(id).Get(ctx, client.InSession(session))
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		return nil, fmt.Errorf("%s: the server answered nothing", id)
	}
	return &emapi.StartedTask{Value: v, Session: session}, nil
}

func (a *app) taskGetCommand() *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "get ID|TOKEN", Short: "Show a task", Args: oneArg("task id or token"), Example: "  vbem task get task-1",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := parseTask(args[0]); err != nil {
				return err
			}
			k, err := a.resume(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			t, err := k.task(cmd.Context(), args[0])
			if err != nil {
				return k.done(err)
			}
			return k.done(a.print(viewTask(t)))
		},
	}
	conn.add(cmd)
	return cmd
}

// waitedView shows how what was waited for ended.
type waitedView struct {
	XMLName xml.Name     `json:"-" xml:"waited"`
	Task    taskView     `json:"task" xml:"task"`
	Restore *restoreView `json:"restore,omitempty" xml:"restore,omitempty"`
	Result  string       `json:"result,omitempty" xml:"result,omitempty"`
	Lost    bool         `json:"sessionLost,omitempty" xml:"sessionLost,omitempty"` // the task could no longer be asked for
}

func (v waitedView) text(w *textWriter) {
	if v.Lost {
		v.Task.State = "not known: its logon session is over"
	}
	w.fields(endRows(v.Task, v.Restore, v.Result)...)
}

func (a *app) taskWaitCommand() *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "wait ID|TOKEN", Short: "Wait for the end of a task and of the restore session that it started", Args: oneArg("task id or token"),
		Long: `Waits until a task is finished and then, because a finished task is not a running vApp, until the restore
session that it started has ended. The exit code tells how it ended. Ctrl-C ends the waiting and nothing else.

An id (task-1) is looked up in the kept logon session. A token (vbem1.…) works in another session, too, once it
holds the restore session; the one that is printed on Ctrl-C holds it as soon as it is known.`,
		Example: "  vbem task wait task-1\n  vbem task wait vbem1.eyJzIjoi…",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.taskWait(cmd.Context(), args[0], &conn) },
	}
	conn.add(cmd)
	return cmd
}

func (a *app) taskWait(ctx context.Context, arg string, conn *connFlags) error {
	t, err := parseTask(arg)
	if err != nil {
		return err
	}
	open := a.resume
	if t != nil {
		open = a.connect
	}
	k, err := open(ctx, conn)
	if err != nil {
		return err
	}
	if t == nil {
		if t, err = k.task(ctx, arg); err != nil {
			return k.done(err)
		}
	}
	got, err := a.follow(ctx, k.Client, t, ent.Val(t.Value).TaskId)
	err = a.verdict(ctx, got, err, conn)
	v := waitedView{Task: viewTask(got.task)}
	if got.result != nil {
		v.Restore, v.Result, v.Lost = viewRestore(got.result.Session), got.result.Result, got.result.Lost
	}
	return k.done(errors.Join(a.print(v), err))
}

// cancelledView shows a task that was asked to stop.
type cancelledView struct {
	XMLName   xml.Name `json:"-" xml:"cancelled"`
	Task      taskView `json:"task" xml:"task"` // as it was before
	Cancelled bool     `json:"cancelled" xml:"cancelled"`
}

func (v cancelledView) text(w *textWriter) {
	w.line("%s: the server took the request to stop it.", visible(v.Task.ID))
}

func (a *app) taskCancelCommand() *cobra.Command {
	var (
		conn connFlags
		yes  bool
	)
	cmd := &cobra.Command{
		Use: "cancel ID|TOKEN", Short: "Stop a task", Args: oneArg("task id or token"),
		Long: `Asks the server to stop a task, and with it the failover that the task carries out. What state a
cancelled failover leaves behind is not documented: look at the vApp afterwards.`,
		Example: "  vbem task cancel task-1",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if _, err := parseTask(args[0]); err != nil {
				return err
			}
			if err := a.canConfirm(yes); err != nil {
				return err
			}
			k, err := a.resume(ctx, &conn)
			if err != nil {
				return err
			}
			t, err := k.task(ctx, args[0])
			if err != nil {
				return k.done(err)
			}
			v := viewTask(t)
			a.status.note("Stop of %s, %s, which is %s", visible(v.ID), visible(v.Operation), visible(v.State))
			if err := a.confirm(ctx, "Stop it?", yes); err != nil {
				return k.done(err)
			}
			if err := k.Cancel(ctx, t); err != nil {
				return k.done(err)
			}
			return k.done(a.print(cancelledView{Task: v, Cancelled: true}))
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask for confirmation")
	conn.add(cmd)
	return cmd
}
