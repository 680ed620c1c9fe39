// Package logit fits logistic regression (逻辑回归) by iteratively reweighted least squares
// with a ridge: the probability of a bad row is 1 ÷ (1+exp(−(α+β·x))), and the fit minimises
// minus the log-likelihood plus ridge ÷ 2 · Σ β². The intercept is not held back.
//
// Sums run in the order of the rows, so that the same rows give the same bits on the same
// kind of machine. Source: McCullagh & Nelder, "Generalized Linear Models"; le Cessie & van
// Houwelingen (1992) for the ridge.
package logit

import (
	"math"

	"changrong/internal/base/fault"
)

// Options say how a fit is made.
type Options struct {
	Ridge   float64   // 0: none
	Weights []float64 // of rows, above 0; nil: 1 each
}

// Fit is a fitted regression.
type Fit struct {
	Intercept  float64   `json:"intercept"`
	Beta       []float64 `json:"beta"`
	Deviations []float64 `json:"deviations"` // of β, from the curvature at the end
	Iterations int       `json:"iterations"`
}

// Limits of a fit.
const (
	maxIterations = 60
	maxColumns    = 200
	halvings      = 30
	settled       = 1e-10 // by which the objective changes, relatively, at the end
	steep         = 15    // |α+β·x| beyond which a probability is as good as 0 or 1: the classes are separated
)

// Train fits bad to the columns x, each with a value a row.
//
// Errors: rating.one_class; rating.columns where there are none, too many, or of other
// lengths; rating.infinite; rating.collinear where columns say the same and there is no
// ridge; rating.separated where some sum of columns tells the classes apart without error,
// so that no fit is the best.
func Train(x [][]float64, bad []bool, o Options) (*Fit, error) {
	f, err := newFit(x, bad, o)
	if err != nil {
		return nil, err
	}
	n := len(f.theta)
	objective := f.objective(f.theta)
	for f.rounds = 1; f.rounds <= maxIterations; f.rounds++ {
		f.curve()
		step := append([]float64(nil), f.gradient...)
		if flat := !f.solve(step); flat && f.separated() {
			break
		} else if flat {
			return nil, fault.Invalidf("rating.collinear", "变量之间存在完全共线，不能估计；请剔除重复的变量，或设置岭惩罚", "columns say the same; leave one out, or set a ridge")
		}
		next := make([]float64, n)
		was := objective
		for half := 0; ; half++ {
			for i := range next {
				next[i] = f.theta[i] - step[i]
			}
			if objective = f.objective(next); objective <= was || half == halvings {
				break
			}
			for i := range step {
				step[i] /= 2
			}
		}
		if objective > was { // nothing is better: it is the best there is, to rounding
			objective = was
			next = f.theta
		}
		f.theta = next
		if was-objective <= settled*(math.Abs(was)+settled) {
			break
		}
	}
	if o.Ridge == 0 && f.separated() {
		return nil, fault.Invalidf("rating.separated", "某些变量把好坏样本完全分开，多半是泄露了结果的变量；请检查并剔除", "the columns tell good from bad without error: one of them likely knows the outcome")
	}
	if f.rounds > maxIterations {
		return nil, fault.Invalidf("rating.not_settled", "回归%d次迭代后仍未收敛", "the fit has not settled after %d rounds", maxIterations)
	}
	return f.result(), nil
}

// fit is a fit in the making.
type fit struct {
	x        [][]float64
	bad      []bool
	o        Options
	theta    []float64 // intercept, then β
	gradient []float64
	hessian  []float64 // row by row; lower half
	factor   []float64
	row      []float64
	rounds   int
}

// newFit checks what is given, and starts at the share of bad rows.
func newFit(x [][]float64, bad []bool, o Options) (*fit, error) {
	if len(x) == 0 || len(x) > maxColumns || o.Weights != nil && len(o.Weights) != len(bad) {
		return nil, fault.Invalidf("rating.columns", "有%d个变量，应为1至%d个", "%d columns; 1 to %d are fitted", len(x), maxColumns)
	}
	f := &fit{x: x, bad: bad, o: o}
	var goods, bads float64
	for i, b := range bad {
		if w := f.weight(i); !(w > 0) || math.IsInf(w, 0) {
			return nil, fault.Invalidf("rating.weight", "第%d条样本的权重不是正数", "the weight of row %d is not above 0", i+1)
		} else if b {
			bads += w
		} else {
			goods += w
		}
	}
	if goods == 0 || bads == 0 {
		return nil, fault.Invalidf("rating.one_class", "样本全部为同一类，不能训练", "all rows are of one class")
	}
	for j, column := range x {
		if len(column) != len(bad) {
			return nil, fault.Invalidf("rating.columns", "第%d个变量有%d个值，样本有%d条", "column %d has %d values, of %d rows", j+1, len(column), len(bad))
		}
		for _, v := range column {
			if math.IsInf(v, 0) || math.IsNaN(v) {
				return nil, fault.Invalidf("rating.infinite", "第%d个变量有无穷大或不是数的值", "column %d has a value that is infinite or no number", j+1)
			}
		}
	}
	n := len(x) + 1
	f.theta, f.gradient, f.row = make([]float64, n), make([]float64, n), make([]float64, n)
	f.hessian, f.factor = make([]float64, n*n), make([]float64, n*n)
	f.theta[0] = math.Log(bads / goods)
	return f, nil
}

// weight of a row.
func (f *fit) weight(i int) float64 {
	if f.o.Weights == nil {
		return 1
	}
	return f.o.Weights[i]
}

// at is α+β·x of a row.
func (f *fit) at(theta []float64, i int) float64 {
	sum := theta[0]
	for j, column := range f.x {
		sum += theta[j+1] * column[i]
	}
	return sum
}

// objective is what is minimised.
func (f *fit) objective(theta []float64) float64 {
	var sum float64
	for i, b := range f.bad {
		z := f.at(theta, i)
		if b {
			z = -z
		}
		sum += f.weight(i) * softplus(z)
	}
	for _, b := range theta[1:] {
		sum += f.o.Ridge / 2 * b * b
	}
	return sum
}

// softplus is ln(1+exp(z)).
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

// Probability is 1 ÷ (1+exp(−z)).
func Probability(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// curve is the slope and the curvature of the objective at theta.
func (f *fit) curve() {
	clear(f.gradient)
	clear(f.hessian)
	n := len(f.theta)
	for i, b := range f.bad {
		p, w := Probability(f.at(f.theta, i)), f.weight(i)
		d := w * p
		if b {
			d = w * (p - 1)
		}
		v := w * p * (1 - p)
		f.row[0] = 1
		for j, column := range f.x {
			f.row[j+1] = column[i]
		}
		for r, x := range f.row {
			f.gradient[r] += d * x
			vx := v * x
			h := f.hessian[r*n : r*n+r+1]
			for c := range h {
				h[c] += vx * f.row[c]
			}
		}
	}
	for r := 1; r < n; r++ {
		f.gradient[r] += f.o.Ridge * f.theta[r]
		f.hessian[r*n+r] += f.o.Ridge
	}
}

// slight is how much of a column must be left that the columns before do not say.
const slight = 1e-10

// solve divides step by the curvature (Cholesky); false where it is flat.
func (f *fit) solve(step []float64) bool {
	n := len(step)
	l := f.factor
	for r := range n {
		for c := range r + 1 {
			sum := f.hessian[r*n+c]
			for k := range c {
				sum -= l[r*n+k] * l[c*n+k]
			}
			if r != c {
				l[r*n+c] = sum / l[c*n+c]
				continue
			}
			if !(sum > slight*f.hessian[r*n+r]) {
				return false
			}
			l[r*n+r] = math.Sqrt(sum)
		}
	}
	f.backward(step)
	return true
}

// backward solves with the factor that is at hand.
func (f *fit) backward(v []float64) {
	n, l := len(v), f.factor
	for r := range n {
		for k := range r {
			v[r] -= l[r*n+k] * v[k]
		}
		v[r] /= l[r*n+r]
	}
	for r := n - 1; r >= 0; r-- {
		for k := r + 1; k < n; k++ {
			v[r] -= l[k*n+r] * v[k]
		}
		v[r] /= l[r*n+r]
	}
}

// separated tells whether every row is told without error.
func (f *fit) separated() bool {
	for i, b := range f.bad {
		if z := f.at(f.theta, i); b != (z > 0) {
			return false
		}
	}
	for i := range f.bad {
		if math.Abs(f.at(f.theta, i)) > steep {
			return true
		}
	}
	return false
}

// result reads the fit off.
func (f *fit) result() *Fit {
	out := &Fit{Intercept: f.theta[0], Beta: f.theta[1:], Iterations: f.rounds}
	f.curve()
	n := len(f.theta)
	unit := make([]float64, n)
	if !f.solve(unit) {
		return out
	}
	for j := 1; j < n; j++ {
		clear(unit)
		unit[j] = 1
		f.backward(unit)
		out.Deviations = append(out.Deviations, math.Sqrt(unit[j]))
	}
	return out
}
