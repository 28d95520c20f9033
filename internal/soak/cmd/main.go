// Command cmd soaks the client: see package soak. It fails when a promise was broken; times are only printed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/vbem-go/vbem/internal/soak"
)

func main() {
	cfg := soak.Config{Log: os.Stderr}
	flag.DurationVar(&cfg.For, "for", 2*time.Minute, "how long at least")
	flag.IntVar(&cfg.Calls, "calls", 10_000, "how many failovers at least")
	flag.IntVar(&cfg.Workers, "workers", 64, "how many goroutines call")
	flag.Uint64Var(&cfg.Seed, "seed", uint64(time.Now().UnixNano()), "of faults and choices")
	file := flag.String("faults", "", "file with faults in place of the mix")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *file != "" {
		text, err := os.ReadFile(*file)
		if err != nil {
			fail(err)
		}
		cfg.Faults = string(text)
	}
	fmt.Printf("seed %d\n", cfg.Seed)
	rep, err := soak.Run(ctx, cfg)
	if rep != nil {
		rep.Print(os.Stdout)
	}
	if err != nil {
		fail(err)
	}
	if !rep.Good() {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
