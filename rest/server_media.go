package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/xsdbind"
)

const (
	mediaXML  = "application/xml; charset=utf-8"
	mediaJSON = "application/json; charset=utf-8"
)

func encode(v xsdbind.Struct, json bool) (data []byte, media string, err error) {
	if json {
		data, err = xsdbind.MarshalJSON(v)
		return data, mediaJSON, err
	}
	data, err = xsdbind.MarshalXML(v, xsdbind.Declaration())
	return data, mediaXML, err
}

// mediaRange is one item of an Accept header.
type mediaRange struct {
	media string // in lower case
	q     float64
}

func mediaRanges(values []string) []mediaRange {
	var out []mediaRange
	for _, item := range strings.Split(strings.Join(values, ","), ",") {
		media, params, _ := strings.Cut(item, ";")
		r := mediaRange{strings.ToLower(strings.TrimSpace(media)), 1}
		if r.media == "" {
			continue
		}
		for _, p := range strings.Split(params, ";") {
			if name, v, ok := strings.Cut(p, "="); ok && strings.EqualFold(strings.TrimSpace(name), "q") {
				if q, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
					r.q = q
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// answerJSON decides the form of the answer. XML where nothing is said; JSON where it is preferred by weight or, at equal
// weight, named before XML. ok is false when neither is acceptable.
func answerJSON(accept []string) (json, ok bool) {
	ranges := mediaRanges(accept)
	if len(ranges) == 0 {
		return false, true
	}
	var xmlQ, jsonQ, anyQ float64
	xmlAt, jsonAt := -1, -1
	for i, r := range ranges {
		switch {
		case isXML(r.media):
			if xmlAt < 0 {
				xmlAt = i
			}
			xmlQ = max(xmlQ, r.q)
		case isJSON(r.media):
			if jsonAt < 0 {
				jsonAt = i
			}
			jsonQ = max(jsonQ, r.q)
		case r.media == "*/*" || r.media == "application/*":
			anyQ = max(anyQ, r.q)
		case r.media == "text/*":
			xmlQ = max(xmlQ, r.q)
		}
	}
	if xmlAt < 0 {
		xmlQ = max(xmlQ, anyQ)
	}
	if jsonAt >= 0 && jsonQ > 0 && (jsonQ > xmlQ || jsonQ == xmlQ && (xmlAt < 0 || jsonAt < xmlAt)) {
		return true, true
	}
	// JSON that only a wildcard admits is not asked for: XML is the default.
	return false, xmlQ > 0
}

func isXML(media string) bool {
	return media == "application/xml" || media == "text/xml" || strings.HasSuffix(media, "+xml")
}

func isJSON(media string) bool {
	return media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json")
}

// bodyJSON decides how a request's body is read.
func bodyJSON(h http.Header) (json bool, err error) {
	for _, r := range mediaRanges(h.Values("Accept")) {
		if r.media == "application/json" {
			return true, nil
		}
	}
	ct := h.Get("Content-Type")
	if ct == "" {
		return false, nil
	}
	media, params, merr := mime.ParseMediaType(ct)
	if merr != nil {
		return false, Faultf(http.StatusUnsupportedMediaType, "Content-Type %q: %w", ct, merr)
	}
	switch cs := strings.ToLower(params["charset"]); cs {
	case "", "utf-8", "utf8", "us-ascii":
	default:
		return false, Faultf(http.StatusUnsupportedMediaType, "Content-Type %q: bodies are read as UTF-8", ct)
	}
	switch {
	case isXML(media), media == "application/x-www-form-urlencoded":
		return false, nil
	case isJSON(media):
		return true, nil
	}
	return false, Faultf(http.StatusUnsupportedMediaType, "Content-Type %q: bodies are application/xml or application/json", ct)
}

func (m *Mux) readBody(w http.ResponseWriter, hr *http.Request, h *route) (xsdbind.Struct, error) {
	want := h.Op.Request
	if want == "" {
		want = "body"
	}
	if ce := hr.Header.Get("Content-Encoding"); ce != "" && !strings.EqualFold(ce, "identity") {
		return nil, Faultf(http.StatusUnsupportedMediaType, "Content-Encoding %q: bodies are read as they are", ce)
	}
	tooLarge := func() error {
		return Faultf(http.StatusRequestEntityTooLarge, "The body is larger than %d bytes.", m.cfg.MaxBody)
	}
	if hr.ContentLength > m.cfg.MaxBody {
		return nil, tooLarge()
	}
	var data []byte
	if hr.Body != nil {
		var err error
		data, err = io.ReadAll(http.MaxBytesReader(w, hr.Body, m.cfg.MaxBody))
		var limit *http.MaxBytesError
		if errors.As(err, &limit) {
			return nil, tooLarge()
		}
		if err != nil {
			return nil, Faultf(http.StatusBadRequest, "The body could not be read: %w", err)
		}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		if m.cfg.BodyOptional != nil && m.cfg.BodyOptional(h.Op) {
			// A typed nil: handlers assert the body's type.
			none, _ := reflect.Zero(reflect.TypeOf(h.NewBody())).Interface().(xsdbind.Struct)
			return none, nil
		}
		return nil, Faultf(http.StatusBadRequest, "%s %s needs a %s in its body; none came.", hr.Method, hr.URL.Path, want)
	}
	json, err := bodyJSON(hr.Header)
	if err != nil {
		return nil, err
	}
	body := h.NewBody()
	if json {
		err = xsdbind.UnmarshalJSON(data, body, xsdbind.Strict())
	} else {
		err = xsdbind.UnmarshalXML(data, body, xsdbind.Strict())
	}
	if err == nil {
		return body, nil
	}
	form, hint := "XML", ""
	if json {
		form = "JSON"
	}
	if first := bytes.TrimSpace(data)[0]; json && first == '<' {
		hint = " (an Accept header that names application/json makes the body JSON, too)"
	} else if !json && (first == '{' || first == '[') {
		hint = " (JSON needs Content-Type: application/json)"
	}
	return nil, &Fault{Status: http.StatusBadRequest, Message: fmt.Sprintf("The body is no valid %s as %s: %v%s", want, form, err, hint), Err: err}
}
