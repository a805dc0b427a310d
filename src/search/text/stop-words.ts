/** English words that say nothing about what a text is about. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are aren as at be because been before being below between both but
  by can cannot could couldn did didn do does doesn doing don down during each etc few for from further get gets got had hadn
  has hasn have haven having he her here hers him his how however i if in into is isn it its itself just ll may me might more
  most must my myself no nor not now of off on once only or other our ours out over own please re same shall she should
  shouldn so some such than that the their theirs them then there these they this those through to too under until up us ve
  very via was wasn we were weren what when where which while who whom why will with won would wouldn you your yours
  yourself`.split(/\s+/),
);
