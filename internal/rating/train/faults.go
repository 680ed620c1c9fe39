package train

import "errors"

// faults are several things that are wrong, so that all can be mended at once.
type faults []error

// maxFaults is how many are told at once.
const maxFaults = 20

func (f *faults) add(err error) {
	if len(*f) < maxFaults {
		*f = append(*f, err)
	}
}

func (f faults) join() error { return errors.Join(f...) }
