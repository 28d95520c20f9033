// Package soak drives failovers through clients while everything goes wrong that the simulator can make go wrong, and compares
// what the clients said with the simulator's audit log, which is what truly happened.
//
// What it holds the client to:
//
//   - a request is carried out at most once;
//   - a call returns "started", a refusal, or [client.ErrOutcomeUnknown], and the first two are true;
//   - no verdict of Reconcile is wrong, and no task is waited for or cancelled that is another request's;
//   - every call returns soon after its context's end;
//   - no goroutine is left, and no secret shows in a log, an error or a printed value.
package soak

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/simulator"
)

// Config says how long and how hard. The zero value is a short run.
type Config struct {
	Calls   int             // so many failovers at least; 0 is 500
	For     time.Duration   // so long at least
	Workers int             // goroutines that call; 0 is 64
	Seed    uint64          // of faults and choices
	Faults  string          // as simulator.ParseFaults reads them; "" is Mix
	Client  []client.Option // further options of the clients
	Log     io.Writer       // progress, a line every ten seconds; nil is none
}

// Run soaks and reports. The error is about the soak itself; what the client did wrong is in the Report.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	if cfg.Calls <= 0 {
		cfg.Calls = 500
	}
	if cfg.Workers <= 0 {
		cfg.Workers = 64
	}
	if cfg.Faults == "" {
		cfg.Faults = Mix
	}
	faults, err := simulator.ParseFaults(cfg.Faults)
	if err != nil {
		return nil, err
	}
	faults.Seed = cfg.Seed
	rep := &Report{StartsPer: make(map[int]int), Refusals: make(map[string]int)}
	rep.GoroutinesBefore, rep.HeapBefore = settled(0)

	secrets := newSecrets()
	em, err := simulator.StartAt("127.0.0.1:0", model, simulator.WithTiming(timing),
		simulator.WithAccounts(simulator.Account{Username: `SIM\soak`, Password: secrets.password}),
		simulator.WithSessionLifetime(time.Minute), simulator.WithLog(log.New(io.Discard, "", 0)),
		simulator.WithLimits(simulator.Limits{Events: 20_000_000, RestoreSessions: 500}))
	if err != nil {
		return nil, err
	}
	defer func() {
		if em != nil {
			em.Close()
		}
	}()
	s := &soak{cfg: cfg, em: em, secrets: secrets, logger: slog.New(slog.NewJSONHandler(secrets, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if s.targets, err = s.findTargets(ctx); err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	if err := em.SetFaults(faults); err != nil {
		return nil, err
	}
	began := time.Now()
	s.work(ctx, began)
	rep.Took = time.Since(began)
	rep.Faults = em.FaultCounts()
	em.Close() // what is still under way is carried out before it returns
	s.judge(rep, em.Audit())
	rep.Secrets, rep.SecretSamples = secrets.found()
	if s.stuck == 0 {
		*s, em, secrets = soak{}, nil, nil // what is left in memory now is what was leaked
	}
	rep.GoroutinesAfter, rep.HeapAfter = settled(rep.GoroutinesBefore)
	return rep, ctx.Err()
}

var (
	model = simulator.Model{Seed: 5, BackupServers: 2, Replicas: 100, VMsPerReplica: 5, VApps: 1500, VMsPerVApp: 1}
	// timing is short, so that most targets are free when a call comes.
	timing = simulator.Timing{Running: 4 * time.Millisecond, Collecting: 4 * time.Millisecond, Starting: 4 * time.Millisecond,
		Working: 20 * time.Millisecond, Stopping: 4 * time.Millisecond}
)

// soak is one run.
type soak struct {
	cfg     Config
	em      *simulator.Server
	targets []target
	secrets *secrets
	logger  *slog.Logger

	number  atomic.Int64 // of calls begun
	turns   atomic.Int64 // that ended
	running atomic.Int64 // workers
	stuck   int          // workers that never came back
	mu      sync.Mutex
	records []record
}

// work runs the workers until there were enough calls and enough time has passed.
func (s *soak) work(ctx context.Context, began time.Time) {
	var crews []*crew
	// Half of the workers have a client to themselves, so that an unknown outcome can often be proved; the others share.
	for i := 0; i < s.cfg.Workers; {
		n := 1
		if i >= s.cfg.Workers/2 {
			n = min([]int{2, 4, 8}[len(crews)%3], s.cfg.Workers-i)
		}
		crews = append(crews, &crew{soak: s, size: n})
		i += n
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	i := 0
	for _, c := range crews {
		for range c.size {
			w := &worker{soak: s, crew: c, rnd: rand.New(rand.NewPCG(s.cfg.Seed, uint64(i)))}
			i++
			s.running.Add(1)
			wg.Go(func() {
				for ctx.Err() == nil && (s.number.Load() < int64(s.cfg.Calls) || time.Since(began) < s.cfg.For) {
					w.turn(ctx)
					s.turns.Add(1)
				}
				s.running.Add(-1)
			})
		}
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	const longest = 12 // ticks
	for last, idle := int64(-1), 0; ; {
		select {
		case <-done:
			for _, c := range crews {
				c.end()
			}
			return
		case <-tick.C:
			if s.cfg.Log != nil {
				fmt.Fprintf(s.cfg.Log, "%v: %d calls\n", time.Since(began).Round(time.Second), s.number.Load())
			}
			if n := s.turns.Load(); n != last {
				last, idle = n, 0
			} else if idle++; idle >= longest {
				s.stuck = int(s.running.Load())
				return
			}
		}
	}
}

func (s *soak) add(r record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = append(s.records, r)
}

// settled returns the number of goroutines and the size of the heap, after what is ending has had time to end.
func settled(want int) (goroutines int, heap uint64) {
	for range 100 {
		if goroutines = runtime.NumGoroutine(); want == 0 || goroutines <= want {
			break
		}
		time.Sleep(100 * time.Millisecond) // goroutines of closed connections end by themselves
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return goroutines, m.HeapAlloc
}
