// Command vbem operates Veeam Backup Enterprise Manager from a terminal: it lists vApps and their restore points, fails
// them over to their CDP replicas, and follows what it started to its end.
package main

import (
	"context"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) }

// run carries out one command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	return newApp(stdin, stdout, stderr, env).run(context.Background(), args)
}
