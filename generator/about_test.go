package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/emit"
)

func TestAbout(t *testing.T) {
	about, err := parseAbout("api.tsv", "key\tvalue\ntitle\tThings\nversion\t2\nlicense\tMIT\nserver\thttps://{host}/api\nserver.host\texample.com\n"+
		"description\tOne.\r\ndescription\tTwo.\n\nlog-in\tIn.Create\npublic\tRoot.Get\npublic\tIn.Get\nsession\tX-Session\nerror\tError\n")
	if err != nil {
		t.Fatal(err)
	}
	want := emit.About{Title: "Things", Version: "2", Description: "One.\n\nTwo.", License: "MIT", Server: "https://{host}/api",
		Variables: map[string]string{"host": "example.com"}, LogIn: "In.Create", Public: []string{"Root.Get", "In.Get"}, Session: "X-Session", Error: "Error"}
	if diff := cmp.Diff(want, about); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAboutErrors(t *testing.T) {
	_, err := parseAbout("api.tsv", "key value\ntitel\tx\ntitle\ntitle\ta\tb\ntitle\ta\ntitle\tb\n")
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		`api.tsv:1: the header must be "key\tvalue"`,
		`api.tsv:2: unknown key "titel"`,
		"api.tsv:3: want a key, a tab and a value",
		"api.tsv:4: want a key, a tab and a value",
		"api.tsv:6: title stands twice",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if about, err := loadAbout(filepath.Join(t.TempDir(), "none.tsv")); err != nil || about.Title != "" {
		t.Errorf("no file: %v, %v", about, err)
	}
	if _, err := loadAbout(t.TempDir()); err == nil {
		t.Error("a directory was read")
	}
}

// Operations without which a name in the table means nothing are not there: the table fits the operations.
func TestAboutFitsTheOperations(t *testing.T) {
	about, err := loadAbout(filepath.Join("..", "schema", aboutFile))
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile(filepath.Join("..", "schema", "operations.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(about.Public, about.LogIn) {
		if !strings.Contains(string(table), "\n"+name+"\t") {
			t.Errorf("no operation %s", name)
		}
	}
	for name := range about.Variables {
		if !strings.Contains(about.Server, "{"+name+"}") {
			t.Errorf("the server has no variable %s", name)
		}
	}
}

func TestNamesOfPackages(t *testing.T) {
	for _, name := range []string{APIPackage, SpecPackage} {
		_, err := Generate(Config{XSD: []string{"../schema/RestAPI.xsd"}, Package: name})
		if err == nil || !strings.Contains(err.Error(), "cannot be named "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
