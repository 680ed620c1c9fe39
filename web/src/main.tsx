import { createRoot } from 'react-dom/client'
import { Console } from './console/console'
import './kit/style.css'

createRoot(document.getElementById('root')!).render(<Console />)
