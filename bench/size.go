package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	hello = `package main

import "net/http"

func main() { _ = http.ListenAndServe("", nil) }
`
	helloClient = `package main

import (
	"context"
	"net/http"

	"github.com/vbem-go/vbem/client"
)

func main() {
	ctx := context.Background()
	c, err := client.Dial(ctx, "https://em", client.WithPassword("u", "p"))
	if err == nil {
		_, _ = c.CdpReplica().VApps().ID("x").Failover(ctx, client.ToLatest())
	}
	_ = http.ListenAndServe("", nil)
}
`
)

// size measures what building the whole API takes with the standard library built before, and what the client adds to a
// program over net/http.
func size(r *report) error {
	top, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "vbem-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build := func(args ...string) (time.Duration, error) {
		cmd := exec.Command("go", append([]string{"build"}, args...)...)
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache"), "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("go build: %w\n%s", err, out)
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
	}
	sizes := map[string]int64{}
	programs := []struct{ name, text string }{{"hello", hello}, {"client", helloClient}}
	if _, err := build("std"); err != nil {
		return err
	}
	took, err := build("./gen/...", "./client")
	if err != nil {
		return err
	}
	for _, p := range programs {
		// Inside the module, where its packages are at hand; the folder's name hides it from ./...
		src, err := os.MkdirTemp(top, "_bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(src)
		file, bin := filepath.Join(src, "main.go"), filepath.Join(dir, p.name)
		if err := os.WriteFile(file, []byte(p.text), 0o600); err != nil {
			return err
		}
		if _, err := build("-o", bin, file); err != nil {
			return err
		}
		info, err := os.Stat(bin)
		if err != nil {
			return err
		}
		sizes[p.name] = info.Size()
	}
	r.add("go build ./gen/... ./client", fmt.Sprintf("%.1f s of CPU", took.Seconds()), "", "", "≤ 10 s")
	r.add("a program with the client", fmt.Sprintf("%.1f MB", float64(sizes["client"])/1e6), fmt.Sprintf("net/http alone %.1f MB", float64(sizes["hello"])/1e6),
		fmt.Sprintf("%+.1f MB", float64(sizes["client"]-sizes["hello"])/1e6), "≤ +2.5 MB")
	return nil
}
