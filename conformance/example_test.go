package conformance_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/simulator"
)

// The checks on one message of the project's own corpus. Without Only, and with os.DirFS as Corpus, they run over any folder of messages.
func ExampleRun() {
	report, err := conformance.Run(context.Background(), conformance.Options{
		Corpus: conformance.Exchanges(),
		Only:   func(m conformance.Message) bool { return strings.HasSuffix(m.File, "Failover.documented.request.xml") },
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range report.Results {
		fmt.Println(r.Outcome, strings.TrimPrefix(r.Name, "CdpReplica/"))
	}
	fmt.Println(report.Summary())
	// Output:
	// pass VApps.ID.Failover.documented.request.xml: decode and encode
	// pass VApps.ID.Failover.documented.request.xml: strict mode accepts it
	// pass VApps.ID.Failover.documented.request.xml: another prefix changes nothing
	// pass VApps.ID.Failover.documented.request.xml: encoding/xml reads what is written
	// pass VApps.ID.Failover.documented.request.xml: unknown elements are kept
	// pass VApps.ID.Failover.documented.request.xml: unknown attributes are kept
	// pass VApps.ID.Failover.documented.request.xml: each known value can be changed
	// pass VApps.ID.Failover.documented.request.xml: through JSON and back
	// pass VApps.ID.Failover.documented.request.xml: order of neighbouring elements
	// 9 passed, 0 failed, 0 skipped
}

// A live server, here the simulator: everything that can be read is read, and nothing is changed.
func ExampleRunLive() {
	em := simulator.New(simulator.DefaultModel())
	defer em.Close()
	ctx := context.Background()
	c, err := client.Dial(ctx, em.URL, client.WithPassword(em.Username, em.Password), client.WithThumbprint(em.Thumbprint))
	if err != nil {
		log.Fatal(err)
	}
	report, err := conformance.RunLive(ctx, c, conformance.LiveOptions{Each: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.OK())
	if err := c.Close(ctx); err != nil {
		log.Fatal(err)
	}
	// Output: true
}
