package cells

import (
	"errors"
	"fmt"
	"io/fs"

	"changrong/internal/base/fault"
)

// OpenFault says why path could not be opened, listed or read.
func OpenFault(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &fault.Error{
			Kind: fault.NotFound, Code: "factfile.not_found", At: fault.Place{File: path},
			Zh: "没有这个文件或文件夹", En: "no such file or folder",
		}
	}
	return &fault.Error{
		Kind: fault.Unavailable, Code: "factfile.unreadable", At: fault.Place{File: path},
		Zh: "文件或文件夹无法打开或读取", En: "the file or folder cannot be opened or read", Cause: err,
	}
}

// Guarded calls fn and makes a fault of its error, or of its panic: the
// libraries that read workbooks and Parquet may panic on damaged files.
func Guarded(name string, damaged func(string, error) *fault.Error, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged(name, fmt.Errorf("panic: %v", p))
		}
	}()
	err = fn()
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return damaged(name, err)
}
