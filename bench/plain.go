package main

import "encoding/xml"

// The same shapes as plain structs, for encoding/xml.

type plainLink struct {
	Href string `xml:",attr"`
	Name string `xml:",attr,omitempty"`
	Type string `xml:",attr,omitempty"`
	Rel  string `xml:",attr"`
}

type plainLinks struct {
	Link []plainLink
}

type plainRef struct {
	UID   string `xml:",attr"`
	Name  string `xml:",attr"`
	Href  string `xml:",attr"`
	Type  string `xml:",attr"`
	Links *plainLinks
}

type plainReferences struct {
	XMLName xml.Name `xml:"http://www.veeam.com/ent/v1.0 EntityReferences"`
	Ref     []plainRef
}

type plainResult struct {
	Success            bool  `xml:",attr"`
	CredentialsNeeded  *bool `xml:",attr"`
	ConfirmationNeeded *bool `xml:",attr"`
	Message            *string
}

type plainTask struct {
	XMLName   xml.Name `xml:"http://www.veeam.com/ent/v1.0 Task"`
	Href      string   `xml:",attr"`
	Type      *string  `xml:",attr"`
	Links     *plainLinks
	TaskId    string
	State     string
	Operation string
	Result    *plainResult
}

type plainSpec struct {
	XMLName              xml.Name `xml:"http://www.veeam.com/ent/v1.0 CdpFailoverStartSpec"`
	RestoreCurrent       bool
	RestoreCurrentVss    bool
	RestoreAtInterval    *string
	RestoreAtPointInTime *string
}

type plainSession struct {
	XMLName   xml.Name `xml:"http://www.veeam.com/ent/v1.0 LogonSession"`
	Href      string   `xml:",attr"`
	Type      *string  `xml:",attr"`
	Links     *plainLinks
	UserName  string
	SessionId string
}
