package capture

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// planted is a text that nobody else has: letters, digits, and what encodings treat in their own ways.
func planted(r *rand.Rand) string {
	const letters = `abcXYZ0189<>&"'/+=%:;\{}äß🗝 -_.`
	runes := []rune(letters)
	b := []rune(fmt.Sprintf("Q%x", r.Uint64()))
	for range r.IntN(12) {
		b = append(b, runes[r.IntN(len(runes))])
	}
	return string(b)
}

// core is the part of a planted text that no pseudonym can have by chance.
func core(secret string) string {
	end := strings.IndexFunc(secret[1:], func(c rune) bool { return !strings.ContainsRune("0123456789abcdef", c) })
	if end < 0 {
		return secret
	}
	return secret[:end+1]
}

// TestPlantedTextsNeverShow: whatever text, attribute, member, comment, header, part of an address or of a body that is no document a secret or
// name is put into, not even a part of it is in a byte of the corpus.
func TestPlantedTextsNeverShow(t *testing.T) {
	source, em := recorded(t)
	list, _ := source.Exchanges()
	random := rand.New(rand.NewPCG(3, 4))
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	places, messages := 0, 0
	for range rounds {
		r := new(Recorder)
		var secrets []string
		plant := func() string {
			s := planted(random)
			secrets = append(secrets, s)
			places++
			return s
		}
		for range 20 {
			x := list[random.IntN(len(list))]
			switch random.IntN(8) {
			case 0:
				x.URL += "/" + strings.ReplaceAll(strings.ReplaceAll(plant(), "%", "x"), " ", "+")
			case 1:
				x.URL += "?filter=Name==\"" + strings.ReplaceAll(plant(), `"`, `""`) + `"&` + "other=" + html.EscapeString(plant())
			case 2:
				x.Response = []byte("<html><p title=\"" + html.EscapeString(plant()) + "\">" + html.EscapeString(plant()) + "</p></html>")
			case 3:
				x.Response = []byte(plant())
			case 4:
				j, _ := json.Marshal(map[string]any{"Name": plant(), "Beyond": []any{plant(), map[string]string{"Value": plant()}}, "State": plant(), "Type": plant(), "Date": plant()})
				x.Response = j
			default:
				x.Response = inXML(random, x.Response, plant)
				x.Request = inXML(random, x.Request, plant)
			}
			r.list = append(r.list, &x)
		}
		dir := filepath.Join(t.TempDir(), "corpus")
		saved, err := Save(dir, em.URL+"/api", r)
		if err != nil {
			t.Fatal(err)
		}
		messages += saved.Messages
		for name, text := range files(t, dir) {
			for _, s := range secrets {
				if c := strings.ToLower(core(s)); strings.Contains(strings.ToLower(name+text), c) {
					t.Fatalf("%q shows in %s:\n%s", s, name, text)
				}
			}
		}
	}
	if messages < 5*rounds {
		t.Errorf("only %d messages were saved", messages)
	}
	t.Logf("%d planted texts, %d messages", places, messages)
}

// inXML puts texts into a document: in place of values of every type, as unknown content, in comments, instructions, CDATA and namespaces.
func inXML(r *rand.Rand, data []byte, plant func() string) []byte {
	if len(bytes.TrimSpace(data)) == 0 || data[0] != '<' {
		return data
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	var b strings.Builder
	depth := 0
	text := func(s string) string {
		var e bytes.Buffer
		_ = xml.EscapeText(&e, []byte(s))
		return e.String()
	}
	for {
		token, err := d.RawToken()
		if err != nil {
			return []byte(b.String())
		}
		switch t := token.(type) {
		case xml.StartElement:
			b.WriteString("<" + qualified(t.Name))
			for _, a := range t.Attr {
				if r.IntN(6) == 0 && a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					put := plant()
					if r.IntN(2) == 0 {
						put = a.Value + "/" + put // behind what is known
					}
					a.Value = put
				}
				b.WriteString(" " + qualified(a.Name) + `="` + text(a.Value) + `"`)
			}
			if r.IntN(8) == 0 {
				b.WriteString(` Beyond="` + text(plant()) + `"`)
			}
			if r.IntN(20) == 0 {
				b.WriteString(` xmlns:pp="urn:` + text(plant()) + `"`)
			}
			b.WriteString(">")
			depth++
			switch r.IntN(16) {
			case 0:
				b.WriteString("<!-- " + strings.ReplaceAll(plant(), "-", "") + " -->")
			case 1:
				b.WriteString("<?pi " + strings.ReplaceAll(plant(), "?", "") + "?>")
			case 2:
				b.WriteString("<Beyond><Name>" + text(plant()) + "</Name>" + text(plant()) + "</Beyond>")
			case 3:
				b.WriteString("<![CDATA[" + strings.ReplaceAll(plant(), "]", "") + "]]>")
			}
		case xml.EndElement:
			b.WriteString("</" + qualified(t.Name) + ">")
			depth--
		case xml.CharData:
			if depth == 0 {
				b.Write(t)
			} else if strings.TrimSpace(string(t)) != "" && r.IntN(4) == 0 {
				b.WriteString(text(plant()))
			} else {
				b.WriteString(text(string(t)))
			}
		}
	}
}
