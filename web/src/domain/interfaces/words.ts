// Keys and addresses of other systems, in words; internal/access/apikey and
// internal/adapter/webhook have them.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const keyStates = words({
  waiting: ['待确认', 'To be confirmed'],
  active: ['已确认', 'Confirmed'],
  expired: ['已到期', 'Expired'],
  revoked: ['已吊销', 'Revoked'],
})

export const keyTones: Record<string, Tone> = { waiting: 'wait', active: 'good', expired: 'bad', revoked: 'plain' }

export const algWords = words({
  ed25519: ['Ed25519', 'Ed25519'],
  'ecdsa-p256-sha256': ['ECDSA P-256', 'ECDSA P-256'],
  'rsa-pss-sha512': ['RSA-PSS', 'RSA-PSS'],
  'sm2-sm3': ['国密 SM2', 'SM2'],
  'hmac-sha256': ['HMAC（共享密钥）', 'HMAC, a shared secret'],
})

export const deliveryStates = words({
  waiting: ['待送达', 'Waiting'],
  taken: ['已送达', 'Delivered'],
  failed: ['未送达', 'Failed'],
})

export const deliveryTones: Record<string, Tone> = { waiting: 'info', taken: 'good', failed: 'bad' }
