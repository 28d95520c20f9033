package main

import (
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/zalando/go-keyring"
)

// secretStore keeps passwords: the system's keyring, or what a test puts in its place.
type secretStore interface {
	Get(service, account string) (string, error)
	Set(service, account, secret string) error
	Delete(service, account string) error
}

// systemKeyring is the keyring of the user's session: Keychain, Credential Manager or Secret Service.
type systemKeyring struct{}

func (systemKeyring) Get(service, account string) (string, error) {
	return keyring.Get(service, account)
}
func (systemKeyring) Set(service, account, secret string) error {
	return keyring.Set(service, account, secret)
}
func (systemKeyring) Delete(service, account string) error { return keyring.Delete(service, account) }

const keyringService = "vbem"

// keyringAccount names a password: a user at a server.
func keyringAccount(url, user string) string { return user + " at " + url }

// fromKeyring returns the password that is kept for the server and user.
func (a *app) fromKeyring(url, user string) (string, error) {
	password, err := a.keyring.Get(keyringService, keyringAccount(url, user))
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return "", fail(exitUsage, fmt.Errorf("the keyring has no password of %s at %s", user, url), "vbem keyring set puts it there.")
	case err != nil:
		return "", fail(exitUsage, fmt.Errorf("keyring: %w", err))
	case password == "":
		return "", fail(exitUsage, fmt.Errorf("the password of %s at %s in the keyring is empty", user, url))
	}
	return password, nil
}

// keyringView says what was done.
type keyringView struct {
	XMLName xml.Name `json:"-" xml:"keyring"`
	Done    string   `json:"done" xml:"done"` // kept or forgotten
	URL     string   `json:"url" xml:"url"`
	User    string   `json:"user" xml:"user"`
}

func (v keyringView) text(w *textWriter) {
	w.line("The password of %s at %s is %s.", visible(v.User), v.URL, v.Done)
}

func (a *app) keyringCommand() *cobra.Command {
	sub := func(use, short, example, done string, do func(cmd *cobra.Command, c *connFlags, account string) error) *cobra.Command {
		var conn connFlags
		cmd := &cobra.Command{
			Use: use, Short: short, Args: noArgs, Example: "  " + example,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if err := conn.check(); err != nil {
					return err
				}
				if conn.url == "" || conn.username == "" {
					return usagef("whose password? --url and --username (VBEM_URL, VBEM_USERNAME) are needed")
				}
				if err := do(cmd, &conn, keyringAccount(conn.url, conn.username)); err != nil {
					return err
				}
				return a.print(keyringView{Done: done, URL: conn.url, User: conn.username})
			},
		}
		conn.add(cmd)
		return cmd
	}
	set := sub("set", "Keep a password: that of VBEM_PASSWORD or --password-file, or one that is typed", "vbem keyring set --url https://em.example.com:9398 --username 'TECH\\operator'", "kept",
		func(cmd *cobra.Command, c *connFlags, account string) error {
			password, known, err := a.givenPassword(c)
			if err == nil && !known {
				password, err = a.askPassword(cmd.Context(), fmt.Sprintf("Password of %s at %s: ", c.username, c.url))
			}
			if err == nil {
				err = a.keyring.Set(keyringService, account, password)
			}
			return err
		})
	forget := sub("forget", "Forget a password", "vbem keyring forget", "forgotten", func(_ *cobra.Command, _ *connFlags, account string) error {
		if err := a.keyring.Delete(keyringService, account); err != nil {
			return fail(exitRefused, fmt.Errorf("keyring: %w", err))
		}
		return nil
	})
	return group(&cobra.Command{
		Use: "keyring", Short: "Keep a password in the system's keyring, for --keyring",
		Long: `Keeps the password of a user at a server in the keyring of the system: Keychain, Credential Manager, or
what offers the Secret Service. Commands take it from there with --keyring (VBEM_KEYRING=true).`,
		Example: "  vbem keyring set --url https://em.example.com:9398 --username 'TECH\\operator'\n  vbem vapp list --keyring",
	}, set, forget)
}
