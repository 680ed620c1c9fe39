// Package crypto is where secrets are made, hashed and sealed.
package crypto
