package dev.talaria.board.model;

/** Whose run a caller says it speaks for. */
enum RunRef {
  NONE,
  CURRENT,
  STALE;

  Long of(Model model, String task) {
    Model.Card card = model.card(task);
    Long current = card == null ? null : card.run;
    return switch (this) {
      case NONE -> null;
      case CURRENT -> current;
      case STALE -> current == null ? 1L : current - 1;
    };
  }
}
