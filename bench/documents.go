package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

const namespace = "http://www.veeam.com/ent/v1.0"

// references writes an EntityReferences document of n Ref elements with three links each, as lists of Enterprise Manager look.
func references(seed uint64, n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n" + `<EntityReferences xmlns="` + namespace + `" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	g := newReferences(seed)
	for range n {
		g.next(&b)
	}
	b.WriteString("\n</EntityReferences>\n")
	return b.Bytes()
}

// referenceWriter writes one Ref after the other, so that a stream needs no more memory than one.
type referenceWriter struct {
	rnd *rand.Rand
	i   int
}

func newReferences(seed uint64) *referenceWriter {
	return &referenceWriter{rnd: rand.New(rand.NewPCG(seed, 1))}
}

func (g *referenceWriter) uid() string {
	a, b := g.rnd.Uint64(), g.rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", uint32(a>>32), uint16(a>>16), uint16(a), uint16(b>>48), b&0xffffffffffff)
}

func (g *referenceWriter) next(b *bytes.Buffer) {
	const base = "https://enterprise01.site.example:9398/api/"
	id, server, job := g.uid(), g.uid(), g.uid()
	g.i++
	name := fmt.Sprintf("vm-%06d@2026-11-%02d %02d:%02d:%02d", g.i, 1+g.rnd.IntN(28), g.rnd.IntN(24), g.rnd.IntN(60), g.rnd.IntN(60))
	if g.i%50 == 0 {
		name = "R&amp;D &lt;" + name + "&gt;"
	}
	fmt.Fprintf(b, "\n  <Ref UID=\"urn:veeam:RestorePoint:%s\" Name=\"%s\" Href=\"%srestorePoints/%s\" Type=\"RestorePointReference\">\n    <Links>\n", id, name, base, id)
	fmt.Fprintf(b, "      <Link Href=\"%sbackupServers/%s\" Name=\"backup01.site.example\" Type=\"BackupServerReference\" Rel=\"Up\" />\n", base, server)
	fmt.Fprintf(b, "      <Link Href=\"%sbackups/%s\" Name=\"Backup Job %d\" Type=\"BackupReference\" Rel=\"Up\" />\n", base, job, g.i%40)
	fmt.Fprintf(b, "      <Link Href=\"%srestorePoints/%s?format=Entity\" Name=\"%s\" Type=\"RestorePoint\" Rel=\"Alternate\" />\n", base, id, name)
	b.WriteString("    </Links>\n  </Ref>")
}

// Small messages, as they go over the wire all the time.
var small = map[string]string{
	"Task": `<?xml version="1.0" encoding="utf-8"?>
<Task xmlns="` + namespace + `" Type="Task" Href="https://enterprise01.site.example:9398/api/tasks/task-12">
  <Links>
    <Link Rel="Delete" Type="Task" Href="https://enterprise01.site.example:9398/api/tasks/task-12" />
    <Link Rel="Related" Type="RestoreSession" Href="https://enterprise01.site.example:9398/api/restoreSessions/0f7f1d3e-52f5-4b0c-9a3a-0c5d2b1f6a77?format=Entity" />
  </Links>
  <TaskId>task-12</TaskId>
  <State>Finished</State>
  <Operation>StartFailover</Operation>
  <Result Success="true">
    <Message>Ok</Message>
  </Result>
</Task>`,
	"CdpFailoverStartSpec": `<?xml version="1.0" encoding="utf-8"?>
<CdpFailoverStartSpec xmlns="` + namespace + `">
  <RestoreCurrent>false</RestoreCurrent>
  <RestoreCurrentVss>false</RestoreCurrentVss>
  <RestoreAtPointInTime>2026-11-20T07:15:00Z</RestoreAtPointInTime>
</CdpFailoverStartSpec>`,
	"LogonSession": `<?xml version="1.0" encoding="utf-8"?>
<LogonSession xmlns="` + namespace + `" Type="LogonSession" Href="https://enterprise01.site.example:9398/api/logonSessions/8a0d7a8e-7c1b-4d62-9f0a-51c7d1e6b001">
  <Links>
    <Link Rel="Up" Type="EnterpriseManager" Href="https://enterprise01.site.example:9398/api/" />
    <Link Rel="Down" Type="BackupServerReferenceList" Href="https://enterprise01.site.example:9398/api/backupServers" />
    <Link Rel="Down" Type="TaskList" Href="https://enterprise01.site.example:9398/api/tasks" />
    <Link Rel="Down" Type="QueryService" Href="https://enterprise01.site.example:9398/api/querySvc" />
    <Link Rel="Delete" Href="https://enterprise01.site.example:9398/api/logonSessions/8a0d7a8e-7c1b-4d62-9f0a-51c7d1e6b001" />
  </Links>
  <UserName>SITE\operator</UserName>
  <SessionId>8a0d7a8e-7c1b-4d62-9f0a-51c7d1e6b001</SessionId>
</LogonSession>`,
}
