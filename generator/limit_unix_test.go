//go:build unix

package generator

import (
	"os/signal"
	"syscall"
)

const canLimitFileSize = true

// limitFileSize makes each write beyond n bytes of a file an error.
func limitFileSize(n uint64) {
	signal.Ignore(syscall.SIGXFSZ)
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}
