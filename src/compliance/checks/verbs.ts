const ACTIONS =
  "add|adjust|allow|apply|archive|attach|build|call|change|check|choose|clean|clear|click|clone|close|compile|configure|connect|convert|copy|create|define|delete|deploy|disable|disconnect|document|double-?click|download|drag|drop|edit|enable|ensure|enter|execute|expand|export|expose|extend|extract|fill|find|fix|focus|follow|generate|give|go|handle|hide|hit|hold|implement|import|improve|include|increase|initiali[sz]e|insert|install|introduce|invoke|kill|launch|limit|load|lock|log|login|log in|make|migrate|minimi[sz]e|modify|mount|move|navigate|note|observe|open|optimi[sz]e|parse|paste|pick|place|plug|prepare|press|prevent|provide|publish|pull|push|put|reconnect|reduce|refactor|refresh|register|release|reload|remove|rename|render|reopen|repeat|replace|report|reproduce|require|reset|resi[sz]e|resolve|restart|restore|return|revert|rewrite|rotate|run|save|scan|scroll|search|select|send|serve|set|setup|set up|show|sign|simplify|split|start|stop|store|submit|support|swipe|switch|sync|take|tap|test|toggle|touch|track|trigger|try|turn|type|unify|uninstall|unlock|unplug|update|upgrade|upload|use|validate|verify|view|visit|wait|watch|write|zoom";

/** A text that begins with an order: `click on …`, `then open …`. */
export const IMPERATIVE = new RegExp(
  `^\\W{0,4}(?:(?:now|then|next|first|finally|please|and|also|just),?\\s+){0,2}(?:${ACTIONS})\\b`,
  "i",
);

/** The same words anywhere. */
export const ACTION = new RegExp(`\\b(?:${ACTIONS})(?:s|es|d|ed|ing)?\\b`, "i");
