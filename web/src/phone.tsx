import { createRoot } from 'react-dom/client'
import { Phone } from './mobile/app'
import 'antd-mobile/es/global/theme-default.css'
import './mobile/style.css'

createRoot(document.getElementById('root')!).render(<Phone />)
