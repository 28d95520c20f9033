//go:build !unix

package generator

const canLimitFileSize = false

func limitFileSize(uint64) {}
