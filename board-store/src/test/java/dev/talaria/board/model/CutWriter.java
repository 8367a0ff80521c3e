package dev.talaria.board.model;

import java.nio.file.Path;

/**
 * A process that takes the steps of a seed on a board for ever, and says after each that it is done. It begins where the
 * board is: the steps before that only change its model.
 */
final class CutWriter {
  private CutWriter() {}

  /** Arguments: the board's file, the seed, the first step. */
  public static void main(String[] args) {
    Steps steps = new Steps(Long.parseLong(args[1]));
    int first = Integer.parseInt(args[2]);
    try (World world = new World(Path.of(args[0]), file -> null)) {
      for (int i = 0; i < first; i++) {
        Walk.Step step = steps.next();
        world.beginStep(step.seconds());
        step.act().onModel(world.model);
      }
      for (int i = first; ; i++) {
        Walk.Step step = steps.next();
        world.beginStep(step.seconds());
        step.act().onBoard(world);
        System.out.println(i);
        step.act().onModel(world.model);
      }
    }
  }

  /** The steps of a seed, one after the other; hermes is not there. */
  static final class Steps {
    private static final int FIRST_TASKS = 8;

    private final Dice dice;
    private int taken;

    Steps(long seed) {
      dice = new Dice(seed);
    }

    Walk.Step next() {
      return taken++ < FIRST_TASKS
          ? new Walk.Step(0, new StructureActs.CreateOurs(StructureActs.Create.random(dice)))
          : new Walk.Step(dice.seconds(), Acts.random(dice, false));
    }
  }
}
