// Package blob keeps files as they came: what banks filed, attachments, bundles.
//
// A file is kept under the SHA-256 of its content, so it never changes, is kept
// once however often it comes, and is checked whenever it is read. Two stores do
// it: a folder (Dir) and a store that speaks S3 (S3).
//
// A file is put first, then the transaction that refers to it. What a killed
// server or a refused transaction leaves behind is swept up later (Sweep): files
// that no row refers to and that are older than a day. A row refers to a file by a
// column named sha256, or whose name ends in _sha256, of the schema
// (store.Tx.BlobRefs); nothing else keeps a file.
package blob
