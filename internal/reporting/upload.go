package reporting

import (
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Upload is one file on its way in. It comes in chunks, one after another; what
// has been received stays, so that an upload that was broken off goes on there.
type Upload struct {
	ID       string        `json:"id"`
	Org      string        `json:"org"`
	By       string        `json:"by"`
	Name     string        `json:"name"`
	Size     int64         `json:"size"`
	Received int64         `json:"received"` // bytes that are here; the next chunk begins there
	SHA256   string        `json:"sha256"`   // "" until it is whole
	At       civil.Instant `json:"at_ms"`
	Touched  civil.Instant `json:"touched_ms"`
}

// Whole tells whether all of u is here and its hash is right.
func (u *Upload) Whole() bool { return u.SHA256 != "" }

// stale tells whether u is to be thrown away at now.
func (u *Upload) stale(now civil.Instant) bool {
	if u.Whole() {
		return now >= u.Touched+staleFinished
	}
	return now >= u.Touched+staleUnfinished
}

// checkUpload tells whether a file of this name and size is taken from an
// organisation that has n uploads of so many bytes already.
//
// Errors: reporting.file_size, reporting.too_many_uploads, those of CheckName.
func checkUpload(name string, size int64, n int, bytes int64) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if size < 0 || size > MaxFile {
		return fault.Invalidf("reporting.file_size", "单个文件最大%dMB，请压缩后再传", "a file has at most %d MB; zip it", MaxFile>>20).In(fault.Place{Field: "size"})
	}
	if n >= maxUploads || bytes+size > maxUploadBytes {
		return fault.Newf(fault.Conflict, "reporting.too_many_uploads", "贵单位已上传而未报送的文件过多（最多%d个、合计%dMB），请先报送或删除", "too many files are uploaded and not submitted (at most %d, %d MB)", maxUploads, maxUploadBytes>>20)
	}
	return nil
}

// errOffset is told when a chunk does not begin where the last one ended.
func errOffset(u *Upload) error {
	return fault.Newf(fault.Conflict, "reporting.offset", "已收到%d字节，请从那里续传", "%d bytes are here; go on from there", u.Received).In(fault.Place{Field: "offset", Value: strconv.FormatInt(u.Received, 10)})
}

func validHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
