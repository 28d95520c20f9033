package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// canConfirm refuses at once what could not be confirmed in the end.
func (a *app) canConfirm(yes bool) error {
	if yes || a.isTerminal(a.stdin) {
		return nil
	}
	return fail(exitRefused, errors.New("not confirmed: standard input is no terminal to ask at"), "--yes confirms in advance.")
}

// confirm asks a question at the terminal. Anything but yes is no.
func (a *app) confirm(ctx context.Context, question string, yes bool) error {
	if yes {
		return nil
	}
	if err := a.canConfirm(yes); err != nil {
		return err
	}
	fmt.Fprintf(&a.status, "%s Type yes: ", question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "yes", "y":
			return nil
		}
		return refusedf("not confirmed: nothing was done")
	case <-ctx.Done():
		// The reader stays behind until the process ends, which is now.
		fmt.Fprintln(&a.status)
		return fail(exitInterrupted, errors.New("interrupted: nothing was done"))
	}
}
