package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

var (
	opTasks      = &rest.Operation{Name: "Tasks.List", Method: http.MethodGet, Path: "/tasks", Responses: []string{"Tasks"}, Repeat: rest.RepeatSafe}
	opTask       = &rest.Operation{Name: "Tasks.ID.Get", Method: http.MethodGet, Path: "/tasks/{ID}", Responses: []string{"Task"}, Repeat: rest.RepeatSafe}
	opTaskDelete = &rest.Operation{Name: "Tasks.ID.Delete", Method: http.MethodDelete, Path: "/tasks/{ID}", Repeat: rest.RepeatIdempotent}
)

// isFinished reports whether a task is at its end. OperationFinished is not: EM has yet to collect the outcome.
func isFinished(t xsdbind.Struct) bool { return xsdbind.Text(t, "State") == "Finished" }

// TaskError is a task that finished without success. errors.Is finds [ErrConfirmationNeeded] and [ErrCredentialsNeeded] in it.
type TaskError struct {
	Task    *ent.Task
	Message string // the result's message
}

func (e *TaskError) Error() string {
	msg := e.Message
	if msg == "" {
		msg = "the server gave no reason"
	}
	if xsdbind.Child(e.Task, "Result") == nil {
		msg = "it finished without a result"
	}
	s := fmt.Sprintf("%s (%s) failed: %s", xsdbind.Text(e.Task, "TaskId"), xsdbind.Text(e.Task, "Operation"), msg)
	if e.Is(ErrConfirmationNeeded) {
		s += " (confirmation needed)"
	}
	if e.Is(ErrCredentialsNeeded) {
		s += " (credentials needed)"
	}
	return s
}

// Is reports whether the result asks for what target names.
func (e *TaskError) Is(target error) bool {
	switch target {
	case ErrConfirmationNeeded:
		return xsdbind.Bool(xsdbind.Child(e.Task, "Result"), "ConfirmationNeeded")
	case ErrCredentialsNeeded:
		return xsdbind.Bool(xsdbind.Child(e.Task, "Result"), "CredentialsNeeded")
	}
	return false
}

// outcome returns a *TaskError unless the finished task succeeded.
func (c *Client) outcome(t *ent.Task) error {
	r := xsdbind.Child(t, "Result")
	if xsdbind.Bool(r, "Success") {
		return nil
	}
	return &TaskError{Task: t, Message: c.core.red.clean(xsdbind.Text(r, "Message"))}
}

// Task asks for a task of the current logon session. Tasks of an earlier session are gone, and their ids stand for
// other tasks: for those use what started them, or [ParseTask].
func (c *Client) Task(ctx context.Context, id string) (*emapi.StartedTask, error) {
	return rest.Start[*ent.Task](ctx, rest.At(c.caller, id), opTask, nil, nil, nil)
}

// Cancel asks EM to stop a task (DELETE /tasks/{ID}). It fails with [ErrSessionLost], and sends nothing, when the task
// belongs to another logon session than the client's current one. EM documents no state of a cancelled task:
// [Client.Wait] tells what became of it, or that it is gone ([ErrTaskNotFound]).
func (c *Client) Cancel(ctx context.Context, t *emapi.StartedTask) error {
	id, err := identify(t)
	if err != nil {
		return err
	}
	err = rest.Send(ctx, rest.At(c.caller, id), opTaskDelete, nil, nil, []rest.Option{InSession(t.Session)})
	if s, closed := c.core.sessions.look(); err == nil && closed == nil && s.name() == t.Session {
		s.ledger.deleted(id)
	}
	return err
}

// identify returns the task's id, after a look whether it says enough to be found again.
func identify(t *emapi.StartedTask) (string, error) {
	switch {
	case t == nil || t.Value == nil:
		return "", ErrNoTask
	case t.Session == "":
		return "", fmt.Errorf("%w: it is not known which logon session it belongs to", ErrNoTask)
	}
	id := xsdbind.Text(t.Value, "TaskId")
	if id == "" {
		id = lastSegment(xsdbind.Text(t.Value, "Href"))
	}
	if id == "" {
		return "", ErrNoTask
	}
	return id, nil
}

func lastSegment(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	p := strings.TrimRight(u.Path, "/")
	return p[strings.LastIndexByte(p, '/')+1:]
}

// resumeToken is what a task's token says.
type resumeToken struct {
	Session   string `json:"s"`
	Task      string `json:"t"`
	Operation string `json:"o,omitempty"`
	Restore   string `json:"r,omitempty"` // address of the restore session
}

const tokenPrefix = "vbem1."

// TaskToken returns a text by which [ParseTask] finds the task again, in another process too. It holds the
// ids of session, task and restore session where that is known, and no secret.
func TaskToken(t *emapi.StartedTask) (string, error) {
	id, err := identify(t)
	if err != nil {
		return "", err
	}
	tok := resumeToken{Session: t.Session, Task: id, Operation: xsdbind.Text(t.Value, "Operation")}
	if href, ok := restoreLink(t.Value); ok {
		tok.Restore = href
	}
	return tokenPrefix + encodeToken(tok), nil
}

func encodeToken(t resumeToken) string {
	b, err := json.Marshal(t)
	if err != nil {
		return "" // a struct of strings always has a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseTask reads what [TaskToken] wrote. It asks no server; the state it returns is Running, because nothing is known of it.
func ParseTask(token string) (*emapi.StartedTask, error) {
	bad := errors.New("not a task token")
	enc, ok := strings.CutPrefix(strings.TrimSpace(token), tokenPrefix)
	if !ok {
		return nil, bad
	}
	b, err := base64.RawURLEncoding.DecodeString(enc)
	if err != nil {
		return nil, bad
	}
	var tok resumeToken
	if json.Unmarshal(b, &tok) != nil || tok.Session == "" || tok.Task == "" {
		return nil, bad
	}
	v, err := tok.task()
	if err != nil {
		return nil, fmt.Errorf("task token: %w", err)
	}
	return &emapi.StartedTask{Value: v, Session: tok.Session, Status: http.StatusAccepted}, nil
}

// task makes what is known of the token's task.
func (t *resumeToken) task() (*ent.Task, error) {
	v := new(ent.Task)
	err := setAll(v, "TaskId", t.Task, "Operation", t.Operation, "State", "Running")
	if err != nil || t.Restore == "" {
		return v, err
	}
	links, err := xsdbind.Make(v, "Links")
	if err != nil {
		return nil, err
	}
	l, err := xsdbind.Append(links, "Link")
	if err != nil {
		return nil, err
	}
	return v, setAll(l, "Rel", "Related", "Type", "RestoreSession", "Href", t.Restore)
}

// setAll sets fields to the texts that follow their names.
func setAll(v xsdbind.Struct, texts ...string) error {
	for i := 0; i+1 < len(texts); i += 2 {
		if err := xsdbind.Set(v, texts[i], texts[i+1]); err != nil {
			return err
		}
	}
	return nil
}
