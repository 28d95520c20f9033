package simulator

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// guid derives an identifier from the seed and what it names, so that it does not depend on how much else the model holds.
func guid(seed uint64, parts ...string) string { return formatGUID(digest(seed, parts)) }

func formatGUID(b []byte) string {
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // RFC 9562 variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// key64 is a number derived like guid, for things that are made by the million.
func key64(seed uint64, parts ...string) uint64 { return binary.BigEndian.Uint64(digest(seed, parts)) }

// digest tells seeds and lists of parts apart.
func digest(seed uint64, parts []string) []byte {
	h := sha256.New()
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], seed)
	h.Write(b[:])
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

// mix is splitmix64's output function: a cheap, well-spread hash of one number.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// newToken makes a session token: the base64 form of a random GUID, which is what Enterprise Manager's look like.
// It comes from the system's random source whatever the seed is: knowing a model must not let anyone in.
func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.StdEncoding.EncodeToString([]byte(formatGUID(b[:])))
}

// newPassword makes a password for a server that was given no accounts.
func newPassword() string { return rand.Text() }

// urn is the UID of an entity: urn:veeam:CdpReplica:<guid>.
func urn(kind, id string) string { return "urn:veeam:" + kind + ":" + id }

// lastPart returns what follows the last colon: the GUID of a UID, or the whole.
func lastPart(uid string) string { return uid[strings.LastIndexByte(uid, ':')+1:] }
