// Package blob keeps files as they came: what banks filed, attachments, bundles.
//
// A file is kept under the SHA-256 of its content, so it never changes, is kept
// once however often it comes, and is checked whenever it is read. Two stores do
// it: a folder (Dir) and a store that speaks S3 (S3).
//
// A file is put first, then the transaction that refers to it. What a killed
// server or a refused transaction leaves behind is swept up later (Sweep): files
// whose hash stands in no row and that are older than a day. In which column it
// stands does not matter (store.Tx.BlobRefs).
package blob
