package xsdbind_test

import (
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// samples are valid documents, one at least for each form of content, with the values that they are.
var samples = []struct {
	name string
	xml  string // in which NS stands for the namespace's declaration
	want xsdbind.Struct
}{
	{
		"sequence and attributes",
		`<Task NS Href="h" Type="Task"><Links><Link Href="a" Rel="Up" Name="n" Type="t"/><Link Href="b" Rel="Delete"/></Links>` +
			`<TaskId>task-1</TaskId><State>Finished</State><Operation>StartFailover</Operation>` +
			`<Result Success="false" CanRetry="true"><Message>no &lt; way</Message></Result></Task>`,
		&fixture.Task{
			Href: "h", Type: ptr("Task"),
			Links: &fixture.LinkList{Link: []fixture.Link{
				{Href: "a", Rel: "Up", Name: ptr("n"), Type: ptr("t")}, {Href: "b", Rel: "Delete"},
			}},
			TaskId: "task-1", State: fixture.TaskStateFinished, Operation: "StartFailover",
			Result: &fixture.TaskResult{CanRetry: ptr(true), Message: ptr("no < way")},
		},
	},
	{
		"explicit zero values",
		`<Task NS Href="" Type=""><TaskId/><State/><Operation/><Result Success="false" NeedsConfirmation="false"><Message/></Result></Task>`,
		&fixture.Task{Type: ptr(""), Result: &fixture.TaskResult{NeedsConfirmation: ptr(false), Message: ptr("")}},
	},
	{
		"a spec",
		`<CdpFailoverStartSpec NS><RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>true</RestoreCurrentVss>` +
			`<RestoreAtInterval>2021-02-12T10:00:00.1230000</RestoreAtInterval><RestoreAtPointInTime>2021-02-12T10:00:00+02:00</RestoreAtPointInTime></CdpFailoverStartSpec>`,
		&fixture.CdpFailoverStartSpec{
			RestoreCurrentVss: true, RestoreAtInterval: ptr(xsdtype.DateTime("2021-02-12T10:00:00.1230000")),
			RestoreAtPointInTime: ptr(xsdtype.DateTime("2021-02-12T10:00:00+02:00")),
		},
	},
	{
		"a list of complex items",
		`<EntityReferences NS><Ref UID="u" Href="h"><Links><Link Href="a" Rel="r"/></Links></Ref><Ref Href="i"/><Ref Href="j"/></EntityReferences>`,
		&fixture.EntityReferences{Ref: []fixture.EntityRef{
			{UID: ptr("u"), Href: "h", Links: &fixture.LinkList{Link: []fixture.Link{{Href: "a", Rel: "r"}}}}, {Href: "i"}, {Href: "j"},
		}},
	},
	{"an empty list", `<EntityReferences NS/>`, &fixture.EntityReferences{}},
	{
		"a choice, then more",
		`<QueryResult NS><Refs><Ref Href="h"/></Refs><Links/><PagingInfo PageNum="1" PageSize="100" PagesCount="-2"/></QueryResult>`,
		&fixture.QueryResult{
			Refs: &fixture.EntityReferences{Ref: []fixture.EntityRef{{Href: "h"}}}, Links: &fixture.LinkList{},
			PagingInfo: &fixture.PagingInfo{PageNum: 1, PageSize: 100, PagesCount: -2},
		},
	},
	{"the choice's last", `<QueryResult NS><Total>0</Total></QueryResult>`, &fixture.QueryResult{Total: ptr(0)}},
	{
		"a repeated choice",
		`<Entities NS><Name>x</Name><Task Href="h"><TaskId>1</TaskId><State>Odd</State><Operation>o</Operation></Task><Name>y</Name>` +
			`<Count>3</Count><Tree Name="t"><Tree/><Tree Name="u"><Tree/></Tree></Tree></Entities>`,
		&fixture.Entities{Items: []fixture.EntitiesItem{
			{Name: ptr("x")}, {Task: &fixture.Task{Href: "h", TaskId: "1", State: "Odd", Operation: "o"}}, {Name: ptr("y")}, {Count: ptr(3)},
			{Tree: &fixture.Tree{Name: ptr("t"), Tree: []fixture.Tree{{}, {Name: ptr("u"), Tree: []fixture.Tree{{}}}}}},
		}},
	},
	{
		"a repeated sequence",
		`<Pairs NS Lang="en"><Title>t</Title><Key>a</Key><Value>1</Value><Key>b</Key><Weight>2</Weight><Key>c</Key><End/></Pairs>`,
		&fixture.Pairs{
			Lang: ptr("en"), Title: ptr("t"),
			Pairs: []fixture.PairsItem{{Key: "a", Value: ptr("1")}, {Key: "b", Weight: ptr(2)}, {Key: "c"}}, End: ptr(""),
		},
	},
	{
		"a group in a group",
		`<Steps NS><Name>a</Name><Note>1</Note><Code>2</Code><Note>3</Note><Name>b</Name><Name>c</Name><Code>4</Code></Steps>`,
		&fixture.Steps{Steps: []fixture.StepsItem{
			{Name: "a", Detail: []fixture.StepsItemDetail{{Note: ptr("1")}, {Code: ptr(2)}, {Note: ptr("3")}}},
			{Name: "b"}, {Name: "c", Detail: []fixture.StepsItemDetail{{Code: ptr(4)}}},
		}},
	},
	{
		"the same element in two places",
		`<Sandwich NS><Bread>a</Bread><Filling>1</Filling><Bread>b</Bread><Bread>c</Bread><Filling>2</Filling><Tree Name="x"/><Bread>d</Bread></Sandwich>`,
		&fixture.Sandwich{Items: []fixture.SandwichItem{
			{Bread: ptr("a")}, {Filling: ptr(1)}, {Bread: ptr("b")}, {Bread: ptr("c")}, {Filling: ptr(2)},
			{Tree: &fixture.Tree{Name: ptr("x")}}, {Bread: ptr("d")},
		}},
	},
	{
		"mixed content",
		`<Paragraph NS Style="s">One <B>two</B> <B/>three<Paragraph>four <Paragraph><B>x</B></Paragraph></Paragraph> <o:x xmlns:o="urn:o" o:a="1">y</o:x> end</Paragraph>`,
		&fixture.Paragraph{Style: ptr("s"), Items: []fixture.ParagraphItem{
			{Text: ptr("One ")}, {B: ptr("two")}, {Text: ptr(" ")}, {B: ptr("")}, {Text: ptr("three")},
			{Paragraph: &fixture.Paragraph{Items: []fixture.ParagraphItem{
				{Text: ptr("four ")}, {Paragraph: &fixture.Paragraph{Items: []fixture.ParagraphItem{{B: ptr("x")}}}},
			}}},
			{Text: ptr(" ")}, {Any: []string{`<x xmlns="urn:o" xmlns:o="urn:o" o:a="1">y</x>`}}, {Text: ptr(" end")},
		}},
	},
	{
		"xs:all in the schema's order",
		`<Settings NS><Host>h</Host><Port>0</Port><Secure>false</Secure></Settings>`,
		&fixture.Settings{Host: "h", Port: ptr(0), Secure: ptr(false)},
	},
	{
		"xs:all in another order",
		`<Settings NS><Links/><Secure>true</Secure><Host>h</Host></Settings>`,
		&fixture.Settings{Host: "h", Secure: ptr(true), Links: &fixture.LinkList{}, Extra: &xsdtype.Extra{Order: []string{"Links", "Secure", "Host"}}},
	},
	{
		"simple content, and a required element of complex type",
		`<Schedule NS><First Name="a">1</First><Day Name="b">-2</Day><Day Name="">3</Day></Schedule>`,
		&fixture.Schedule{First: fixture.Day{Name: "a", Value: 1}, Day: []fixture.Day{{Name: "b", Value: -2}, {Value: 3}}},
	},
	{
		"numbers",
		`<Numbers NS A="255"><Bool>true</Bool><Int>-2147483648</Int><Int8>-128</Int8><Int16>-32768</Int16><Int64>-9223372036854775808</Int64>` +
			`<Uint8>255</Uint8><Uint16>65535</Uint16><Uint32>4294967295</Uint32><Uint64>18446744073709551615</Uint64>` +
			`<Float32>1.5</Float32><Float64>-INF</Float64><Decimal>01.50</Decimal><Duration>P1M</Duration><Integer>+00123456789012345678901234567890</Integer></Numbers>`,
		&fixture.Numbers{
			A: ptr(uint8(255)), Bool: true, Int: ptr(-1 << 31), Int8: ptr(int8(-128)), Int16: ptr(int16(-32768)), Int64: ptr(int64(-1 << 63)),
			Uint8: ptr(uint8(255)), Uint16: ptr(uint16(65535)), Uint32: ptr(uint32(1<<32 - 1)), Uint64: ptr(uint64(1<<64 - 1)),
			Float32: ptr(float32(1.5)), Float64: ptr(inf(-1)), Decimal: ptr(xsdtype.Decimal("01.50")), Duration: ptr(xsdtype.Duration("P1M")),
			Integer: ptr(xsdtype.Integer("+00123456789012345678901234567890")),
		},
	},
	{
		"lists",
		`<Lists NS Sizes="1 2 3" Ranks=""><Name>a</Name><Name/><State>Running</State><State>New</State><Count>1</Count><Count>0</Count>` +
			`<Flags>true false</Flags><Words>one two</Words></Lists>`,
		&fixture.Lists{
			Sizes: []int{1, 2, 3}, Ranks: []string{}, Name: []string{"a", ""}, State: []fixture.TaskState{"Running", "New"}, Count: []int{1, 0},
			Flags: []bool{true, false}, Words: []string{"one", "two"},
		},
	},
	{
		"facets met",
		`<Limits NS Version="2" Level="9"><Code>urn:abc</Code><Color>red</Color><Amount>12.34</Amount><Until>2029-12-31T23:59:59Z</Until><Either>none</Either></Limits>`,
		&fixture.Limits{
			Version: "2", Level: ptr(9), Code: "urn:abc", Color: ptr("red"), Amount: ptr(xsdtype.Decimal("12.34")),
			Until: ptr(xsdtype.DateTime("2029-12-31T23:59:59Z")), Either: ptr("none"),
		},
	},
	{
		"nil and not",
		`<Nils NS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Count xsi:nil="true"/><Note/><Stamp xsi:nil="true"></Stamp>` +
			`<Link xsi:nil="true" Href="h" Rel="r"/><Mark>1</Mark><Mark xsi:nil="true"/></Nils>`,
		&fixture.Nils{
			Count: xsdtype.Nillable[int]{Nil: true}, Note: &xsdtype.Nillable[string]{}, Stamp: &xsdtype.Nillable[xsdtype.DateTime]{Nil: true},
			Link: &xsdtype.Nillable[fixture.Link]{Nil: true, Value: fixture.Link{Href: "h", Rel: "r"}},
			Mark: []xsdtype.Nillable[int]{{Value: 1}, {Nil: true}},
		},
	},
	{
		"nillable with values",
		`<Nils NS><Count>5</Count><Stamp>2020-01-01T00:00:00</Stamp><Link Href="h" Rel="r"/></Nils>`,
		&fixture.Nils{
			Count: xsdtype.Nillable[int]{Value: 5}, Stamp: &xsdtype.Nillable[xsdtype.DateTime]{Value: "2020-01-01T00:00:00"},
			Link: &xsdtype.Nillable[fixture.Link]{Value: fixture.Link{Href: "h", Rel: "r"}},
		},
	},
	{
		"wildcards and other namespaces",
		`<Open NS Name="n" xml:lang="de" xmlns:o="urn:o" o:more="1"><Title>t</Title><Local xmlns="">l</Local>` +
			`<Other xmlns="http://example.com/other" Href="h" Rel="r"/><Note>n</Note><o:x/><y xmlns="urn:y"><z a="1">text</z></y></Open>`,
		&fixture.Open{
			Name: ptr("n"), Lang: ptr("de"), Title: "t", Local: ptr("l"), Other: &fixture.Link{Href: "h", Rel: "r"}, Note: ptr("n"),
			Any:   []string{`<x xmlns="urn:o"/>`, `<y xmlns="urn:y"><z a="1">text</z></y>`},
			Extra: &xsdtype.Extra{Attrs: []xsdtype.Attr{{Prefix: "o", Space: "urn:o", Local: "more", Value: "1"}}},
		},
	},
}

// document is the sample as a document.
func document(sample string) string {
	return strings.Replace(sample, "NS", `xmlns="`+fixture.Space+`"`, 1)
}
