package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
)

func task(id, state string) string {
	result := ""
	if state == "Finished" {
		result = `<Result Success="true"><Message>Ok</Message></Result>`
	}
	return `<Task xmlns="` + namespace + `" Type="Task" Href="http://em/api/tasks/` + id + `"><TaskId>` + id + `</TaskId><State>` + state +
		`</State><Operation>StartFailover</Operation>` + result + `</Task>`
}

// waiting counts the requests of goroutines that wait for tasks.
func waiting(r *report) error {
	for _, c := range []struct{ tasks, goroutines int }{{1, 1}, {1000, 1000}, {1000, 10000}} {
		var lists, ids atomic.Int64
		const ticks = 5 // then they are finished
		state := func(n int64) string {
			if n >= ticks {
				return "Finished"
			}
			return "Running"
		}
		s, user, password := server(map[string]http.HandlerFunc{
			"/api/tasks": func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				if id := strings.TrimPrefix(r.URL.Path, "/api/tasks/"); strings.HasPrefix(id, "task-") {
					_, _ = io.WriteString(w, task(id, state(ids.Add(1))))
					return
				}
				now := state(lists.Add(1))
				var b strings.Builder
				b.WriteString(`<Tasks xmlns="` + namespace + `">`)
				for i := range c.tasks {
					b.WriteString(strings.Replace(task(fmt.Sprintf("task-%d", i+1), now), ` xmlns="`+namespace+`"`, "", 1))
				}
				b.WriteString(`</Tasks>`)
				_, _ = io.WriteString(w, b.String())
			},
		})
		took, err := waitAll(s.URL, user, password, c.tasks, c.goroutines)
		s.Close()
		if err != nil {
			return err
		}
		r.add(fmt.Sprintf("waiting for %d tasks, %d goroutines", c.tasks, c.goroutines),
			fmt.Sprintf("%d lists, %d by id", lists.Load(), ids.Load()), fmt.Sprintf("%d ticks", ticks), fmt.Sprintf("%.1f s", took.Seconds()),
			"≤ 1 request a tick")
	}
	return nil
}

func waitAll(url, user, password string, tasks, goroutines int) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := client.Dial(ctx, url, client.WithPlainHTTP(), client.WithPassword(user, password),
		client.WithPolling(client.Polling{Min: 500 * time.Millisecond, Max: 500 * time.Millisecond}))
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	var wg sync.WaitGroup
	errs := make(chan error, goroutines)
	for i := range goroutines {
		id := fmt.Sprintf("task-%d", i%tasks+1)
		v := new(ent.Task)
		v.TaskId = id
		v.Href = ent.Ptr(url + "/api/tasks/" + id)
		t := &emapi.StartedTask{Value: v, Session: c.Session()}
		wg.Go(func() {
			_, err := c.Wait(ctx, t)
			errs <- err
		})
	}
	wg.Wait()
	took := time.Since(begin)
	for range goroutines {
		if err := <-errs; err != nil {
			return 0, err
		}
	}
	return took, nil
}
