/* Work with a known split: 60, 30 and 10 percent in three functions. */
#include <stdint.h>
static volatile uint64_t sink;
#define BURN(name, share)                                                                                              \
  __attribute__((noinline)) static void name(uint64_t n) {                                                            \
    for (uint64_t i = 0; i < n * share; i++) sink += i;                                                               \
  }
BURN(burn60, 60)
BURN(burn30, 30)
BURN(burn10, 10)
int main(void) {
  for (;;) {
    burn60(1000);
    burn30(1000);
    burn10(1000);
  }
}
