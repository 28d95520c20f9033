package xmltext

// indent returns a document, as an Encoder writes it, with line breaks and indentation in the elements that hold nothing but elements.
// It copies the markup as it stands.
func indent(doc []byte, unit string) ([]byte, error) {
	opt := &Options{MaxDepth: -1, MaxSize: -1, MaxToken: -1, MaxAttrs: -1, MaxNamespaces: -1}
	// First find out, for each element in document order, whether it holds text or stands in one that does, and whether it has children.
	type element struct{ text, children bool }
	var all []element
	var open []int
	d := NewBytesDecoder(doc, opt)
	for {
		k, err := d.Next()
		if err != nil {
			return nil, err
		}
		switch k {
		case StartElement:
			if n := len(open); n > 0 {
				all[open[n-1]].children = true
			}
			open = append(open, len(all))
			all = append(all, element{})
			continue
		case Text:
			all[open[len(open)-1]].text = true
			continue
		case EndElement:
			open = open[:len(open)-1]
			continue
		}
		break
	}
	out := make([]byte, 0, len(doc)+len(doc)/4)
	d.Reset(doc, opt)
	from, next := 0, 0
	newLine := func(depth int) {
		out = append(out, '\n')
		for range depth {
			out = append(out, unit...)
		}
	}
	for {
		k, err := d.Next()
		if err != nil {
			return nil, err
		}
		n := len(open)
		switch k {
		case StartElement:
			e := &all[next]
			if n > 0 {
				if all[open[n-1]].text {
					e.text = true
				} else {
					out, from = append(out, doc[from:d.start]...), int(d.start)
					newLine(n)
				}
			}
			open = append(open, next)
			next++
		case EndElement:
			e := &all[open[n-1]]
			open = open[:n-1]
			if e.children && !e.text {
				out, from = append(out, doc[from:d.start]...), int(d.start)
				newLine(n - 1)
			}
		case EndDocument:
			return append(out, doc[from:]...), nil
		}
	}
}
