// Package xmltext reads and writes XML token by token: the syntactic layer under package xsdbind.
package xmltext
