#include "base/mailbox.h"
#include <criterion/criterion.h>

Test(mailbox, keeps_order_and_its_bound)
{
	struct clock *clock = clock_virtual_new(0);
	struct mailbox *mailbox = mailbox_new(clock, 3);
	int values[4];
	void *out[4];
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 4; i++)
			cr_assert_eq(mailbox_post(mailbox, &values[i]), i < 3);
		cr_assert_eq(mailbox_take(mailbox, out, 2, MSEC_NEVER), 2);
		cr_assert(out[0] == &values[0] && out[1] == &values[1]);
		cr_assert_eq(mailbox_take(mailbox, out, 4, MSEC_NEVER), 1);
		cr_assert_eq(out[0], &values[2]);
	}
	mailbox_wake(mailbox);
	cr_assert_eq(mailbox_take(mailbox, out, 4, MSEC_NEVER), 0, "woken");
	cr_assert_eq(mailbox_take(mailbox, out, 4, 0), 0, "deadline passed");
	mailbox_post(mailbox, &values[0]);
	mailbox_close(mailbox);
	cr_assert_not(mailbox_post(mailbox, &values[1]));
	cr_assert_eq(mailbox_length(mailbox), 1);
	cr_assert_eq(mailbox_take(mailbox, out, 4, MSEC_NEVER), 1, "what is queued can be taken");
	cr_assert_eq(mailbox_take(mailbox, out, 4, MSEC_NEVER), 0);
	mailbox_free(mailbox, NULL);
	mailbox_free(NULL, NULL);
	clock_virtual_free(clock);
}

static void *produce(void *mailbox)
{
	for (uintptr_t i = 1; i <= 20000; i++)
		while (!mailbox_post(mailbox, (void *)i)) {
		}
	return NULL;
}

Test(mailbox, nothing_is_lost_between_threads, .timeout = 30)
{
	struct mailbox *mailbox = mailbox_new(clock_system(), 64);
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, produce, mailbox);
	uintptr_t sum = 0;
	void *out[16];
	for (size_t got = 0, n; got < 40000; got += n) {
		n = mailbox_take(mailbox, out, 16, MSEC_NEVER);
		for (size_t i = 0; i < n; i++)
			sum += (uintptr_t)out[i];
	}
	cr_assert_eq(sum, 2 * (20000 * 20001 / 2));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	mailbox_free(mailbox, NULL);
}
