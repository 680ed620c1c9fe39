// Models in words: internal/rating has the codes.
import type { Answer } from '../../api/client'
import { words } from '../../kit/words'

/** Model is a model with what may be done with it. */
export type Model = Answer<'/api/rating-models/{id}'>

/** stale is what is read again after something was done to a model. */
export const stale = ['/api/rating-models']

export const modelStates = words({
  made: ['待提交', 'Not submitted'],
  submitted: ['待评审', 'Waits for review'],
  approved: ['已通过评审', 'Approved'],
  shadow: ['影子运行', 'In the shadow'],
  active: ['在用', 'In use'],
  retired: ['已退役', 'Retired'],
})
export const modelTones = { made: 'info', submitted: 'wait', approved: 'info', shadow: 'brand', active: 'good', retired: 'plain' } as const

/** modelWay are the states of a model that is put to use, in their order. */
export const modelWay = ['made', 'submitted', 'approved', 'shadow', 'active'] as const

export const modelVerbs = words({
  submit: ['提交评审', 'Submit for review'],
  approve: ['评审通过', 'Approve'],
  return: ['退回', 'Return'],
  cast: ['影子运行', 'Run in the shadow'],
  activate: ['启用', 'Activate'],
  retire: ['退役', 'Retire'],
})

/** modelVerbsAbout say what comes of each. */
export const modelVerbsAbout = words({
  submit: ['提交后不能再改清单。由没有参与训练和提交的人评审。', 'The manifest cannot be changed any more. Somebody who neither made nor submitted it reviews it.'],
  approve: ['请看过模型卡、样本外表现和分箱后再通过。意见写进模型卡。', 'Look at the model card, at how it does on other rows and at its bins first. What you write stands in the model card.'],
  return: ['退回后可以修改清单再提交。请写明要改什么。', 'It may be mended and submitted again. Say what is wrong.'],
  cast: ['与在用的模型一起计算，结果只有能看模型的人看得到，银行和企业看不到。', 'It is computed beside the model in use; banks and enterprises are not shown what it says.'],
  activate: ['启用后立即用于银行查询和全市评级；原来在用的模型同时退役。', 'It is what banks see and the city is rated by, at once; the model in use so far is retired.'],
  retire: ['退役后不能恢复。已经作出的评分保留。', 'This cannot be undone. Scores that were made are kept.'],
})

/** reasoned are the verbs that take a reason. */
export const reasoned: readonly string[] = ['approve', 'return', 'retire']

/** grave are the verbs that end something. */
export const grave: readonly string[] = ['return', 'retire']

export const trendWords = words({
  ascending: ['数值越大，风险越高', 'The larger, the riskier'],
  descending: ['数值越大，风险越低', 'The larger, the safer'],
  peak: ['居中时风险最高', 'The middle is the riskiest'],
  valley: ['居中时风险最低', 'The middle is the safest'],
  category: ['按类别给分', 'By category'],
})
