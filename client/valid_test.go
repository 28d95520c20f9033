package client

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

// bodies are all request bodies that the client builds by itself.
func bodies(t *testing.T) map[string]xsdbind.Struct {
	at := time.Date(2023, 2, 17, 16, 31, 40, 123456789, time.FixedZone("", -3600))
	login, err := (&core{o: &options{user: "ABC & Company", password: NewSecret(testPassword)}}).loginSpec()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]xsdbind.Struct{
		"ToLatest": ToLatest(), "ToLatestConsistent": ToLatestConsistent(), "ToMoment": ToMoment(at), "InInterval": InInterval(at),
		"ToRestorePoint": ToRestorePoint(RestorePoint{Date: at}), "LoginSpec": login,
	}
}

func TestBodiesAreStrictlyValid(t *testing.T) {
	for name, v := range bodies(t) {
		if err := xsdbind.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		b, err := encodeBody(v, false)
		if err != nil {
			t.Fatal(err)
		}
		back := ent.NewElement("http://www.veeam.com/ent/v1.0", v.XSDType().Root)
		if err := xsdbind.UnmarshalXML(b, back, xsdbind.Strict()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The schema's word, by somebody else's reading of it.
func TestBodiesAreValidByXMLLint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	if _, err := os.Stat("../schema/RestAPI.xsd"); err != nil {
		t.Fatal(err)
	}
	for name, v := range bodies(t) {
		b, err := encodeBody(v, false)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(lint, "--noout", "--nonet", "--schema", "../schema/RestAPI.xsd", "-")
		cmd.Stdin = bytes.NewReader(b)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s\n%s", name, err, out, b)
		}
	}
}

func TestProxyPasswordIsHidden(t *testing.T) {
	em := newEM(t)
	for name, f := range map[string]func(*http.Request) (*url.URL, error){
		"unreadable": func(*http.Request) (*url.URL, error) {
			return nil, errors.New("invalid proxy address http://u:geheim@:x")
		},
		"unreachable": func(*http.Request) (*url.URL, error) { return url.Parse("http://u:geheim@127.0.0.1:1") },
	} {
		_, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint()), WithProxy(f), WithClock(newJumpClock()))
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := Dial(ctx, em.URL, WithPassword(testUser, testPassword), WithThumbprint(em.thumbprint()), WithProxy(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Save(); !errors.Is(err, ErrSessionLost) {
		t.Errorf("Save after log-out: %v", err)
	}
}
