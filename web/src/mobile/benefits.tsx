export default function Benefits() {
  return null
}
