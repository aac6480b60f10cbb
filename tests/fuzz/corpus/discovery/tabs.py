class TabBot:
	def next(self):
		if self.data.close[0] > self.data.close[-1]:
			self.buy()
\

# -*- coding: latin-1 -*-
