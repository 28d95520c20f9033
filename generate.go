// Package vbem holds Go bindings for the REST API of Veeam Backup Enterprise Manager, generated from its XML Schema.
//
// Programs import package client, and the types of package gen/ent. This package holds nothing but the line that
// generates gen from schema:
//
//	go generate ./...
package vbem

//go:generate go run ./cmd/vbemgen -xsd schema/RestAPI.xsd -operations schema/operations.tsv -json schema/json.tsv -names schema/names.tsv -queries schema/queries.tsv -out gen -package ent -require-all
