module changrong

go 1.26
