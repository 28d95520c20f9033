package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/internal/capture"
)

// app is one run of the command: where it reads and writes, and what tests replace.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer // standard error is written by way of status
	env            func(string) string

	now        func() time.Time
	local      *time.Location
	isTerminal func(stream any) bool
	configDir  func() (string, error)
	keyring    secretStore
	polling    client.Polling
	retry      client.Retry

	recorder *capture.Recorder // vbem capture: takes what goes over the wire

	output  string // text, json or xml
	started bool   // the command line was understood and the command is being carried out
	status  statusLine
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, env func(string) string) *app {
	a := &app{
		stdin: stdin, stdout: stdout, stderr: stderr, env: env,
		now: time.Now, local: time.Local, isTerminal: isTerminal, configDir: os.UserConfigDir, keyring: systemKeyring{},
		polling: client.Polling{Min: time.Second, Max: 5 * time.Second},
	}
	a.status.w = stderr
	return a
}

// run carries out one command line. The first interrupt ends what is under way; a second one ends the process.
func (a *app) run(ctx context.Context, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()

	if args == nil {
		args = []string{} // nil would make cobra read the process's own
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(&a.status)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started {
		err = asUsage(err)
	}
	var f *failure
	if ctx.Err() != nil && codeOf(err) == exitInterrupted && !errors.As(err, &f) {
		err = fail(exitInterrupted, errors.New("interrupted"))
	}
	return a.report(err)
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
