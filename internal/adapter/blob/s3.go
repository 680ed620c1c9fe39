package blob

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 keeps files in a bucket of a store that speaks S3, as prefix/ab/abcd….
type S3 struct {
	client         *minio.Client
	bucket, prefix string
	spool          string // a folder for files on their way in: their name is known when all of them is
}

// S3Options say where a bucket is and who asks.
type S3Options struct {
	// Address is s3://host[:port]/bucket[/prefix], with ?region=… where the store
	// wants one, and ?plain=1 where it is reached by http.
	Address string
	Key     string
	Secret  string
	Spool   string
}

// OpenS3 opens a bucket that is there already.
//
// Errors: blob.address, blob.bucket (there is none), blob.unreachable.
func OpenS3(ctx context.Context, o S3Options) (*S3, error) {
	u, err := url.Parse(o.Address)
	bucket, prefix := "", ""
	if err == nil {
		bucket, prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	}
	if err != nil || u.Scheme != "s3" || u.Host == "" || bucket == "" || u.User != nil {
		return nil, fault.New(fault.Invalid, "blob.address", "文件库地址应写作 s3://主机/桶/前缀，密钥另行设置", "an address of a store is s3://host/bucket/prefix, without its keys")
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.Key, o.Secret, ""), Secure: u.Query().Get("plain") == "", Region: u.Query().Get("region"),
		MaxRetries: 3,
	})
	if err != nil {
		return nil, fault.New(fault.Invalid, "blob.address", "文件库地址不正确", "the address of the store is wrong").Because(err)
	}
	if err := os.MkdirAll(o.Spool, 0o700); err != nil {
		return nil, diskFault(err)
	}
	s := &S3{client: client, bucket: bucket, prefix: prefix, spool: o.Spool}
	return s, s.Check(ctx)
}

func (s *S3) key(r Ref) string { return path.Join(s.prefix, r.SHA256[:2], r.SHA256) }

// Put implements Store.
func (s *S3) Put(ctx context.Context, r io.Reader) (Ref, error) {
	f, err := os.CreateTemp(s.spool, "put-*")
	if err != nil {
		return Ref{}, diskFault(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	ref, err := copyHashed(ctx, f, r)
	if err != nil {
		return Ref{}, diskFault(err)
	}
	// One that is there already and young stays; an older one becomes young, so that
	// it is not swept before the row that refers to it is there.
	info, err := s.client.StatObject(ctx, s.bucket, s.key(ref), minio.StatObjectOptions{})
	if err == nil && info.Size == ref.Size && time.Since(info.LastModified) < time.Duration(orphanAge/2)*time.Millisecond {
		return ref, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Ref{}, diskFault(err)
	}
	sum, err := hex.DecodeString(ref.SHA256)
	if err != nil {
		return Ref{}, err
	}
	_, err = s.client.PutObject(ctx, s.bucket, s.key(ref), f, ref.Size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", SendContentMd5: true, DisableContentSha256: true,
		UserMetadata: map[string]string{"sha256": base64.StdEncoding.EncodeToString(sum)},
	})
	return ref, s.fault(ref, err)
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, ref Ref) (io.ReadCloser, error) {
	if err := ref.Check(); err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.bucket, s.key(ref), minio.GetObjectOptions{})
	if err != nil {
		return nil, s.fault(ref, err)
	}
	if _, err := o.Stat(); err != nil { // until then nothing has been asked
		o.Close() //nolint:errcheck // the other error is told
		return nil, s.fault(ref, err)
	}
	return &checked{r: o, c: o, ref: ref, hash: sha256.New()}, nil
}

// Fetch implements Store.
func (s *S3) Fetch(ctx context.Context, ref Ref, path string) error { return fetch(ctx, s, ref, path) }

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, ref Ref) error {
	if err := ref.Check(); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.bucket, s.key(ref), minio.RemoveObjectOptions{})
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return nil
	}
	return s.fault(ref, err)
}

// List implements Store.
func (s *S3) List(ctx context.Context, f func(Ref, civil.Instant) error) error {
	start := ""
	if s.prefix != "" {
		start = s.prefix + "/"
	}
	for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: start, Recursive: true}) {
		if o.Err != nil {
			return s.fault(Ref{}, o.Err)
		}
		if name := path.Base(o.Key); validHash(name) {
			if err := f(Ref{name, o.Size}, instant(o.LastModified)); err != nil {
				return err
			}
		}
	}
	return diskFault(ctx.Err())
}

// Check implements Store.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return s.fault(Ref{}, err)
	}
	if !there {
		return fault.Newf(fault.Unavailable, "blob.bucket", "文件库中没有“%s”这个桶，请先建立", "there is no bucket %q; make it first", s.bucket)
	}
	return nil
}

// fault makes a fault of what the client says; nil of nil.
func (s *S3) fault(ref Ref, err error) error {
	if err == nil {
		return nil
	}
	r := minio.ToErrorResponse(err)
	switch {
	case r.Code == minio.NoSuchKey, r.StatusCode == http.StatusNotFound && r.Code != minio.NoSuchBucket:
		return missing(ref)
	case r.Code == "XMinioStorageFull", r.StatusCode == http.StatusInsufficientStorage:
		return fault.New(fault.Unavailable, "blob.full", "文件库已满，文件未保存", "the store is full; the file was not kept").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return diskFault(err)
	}
	return unreachable(err)
}
